import type { Manifest } from '../../content/manifest.ts'
import type { Wei } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import type { Address, ChannelId, FileHash } from '../../domain/ids.ts'
import type { InBandProtocol } from '../../domain/in-band-protocol.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { ChunkRef, PayerAccount } from '../../in-band/payments.ts'
import type { Clock } from '../../system/clock.ts'
import type { Connection } from '../../system/database.ts'
import type { FailPoints } from '../../system/fail-points.ts'
import type { Logger } from '../../system/logger.ts'
import type { BanList } from '../ban-list.ts'
import type { Download } from './download.ts'
import type { DownloadStore, StoredDownload } from './download-store.ts'
import type { LateChunk, SourceChannel, SourceTerms } from './source-host.ts'

/** A download as it was asked for, this time. */
export interface DownloadJob extends StoredDownload {
  readonly overwrite: boolean
  readonly maxSources: number
  readonly window: number
  readonly protocol: InBandProtocol
}

/** What is known of a file before its chunks: it is proved against its id. */
export interface PreparedFile {
  readonly manifest: Manifest
  /** As its publisher named it. */
  readonly name: string
  /** The publisher's word for the whole file's SHA-256, if there is one. */
  readonly expectedSha256: string | undefined
  /** True when the file was asked for by its SHA-256: then a different one is a failure, else only a broken header. */
  readonly sha256Required: boolean
  readonly publisher: Address | undefined
  readonly seeders: readonly SourceTerms[]
}

/** A file being written; `content/` implements it. */
export interface WriterHandle {
  readonly have: Bitfield
  write(chunkIndex: number, bytes: Uint8Array, alsoCommit: (connection: Connection) => void): Promise<boolean>
  finish(options: { overwrite: boolean; sha256?: string }): Promise<{ sha256: string }>
  close(): Promise<void>
}

/** The money side of downloads; `channel/` does the work. */
export interface DownloadPayments {
  /** Sets the budget. @throws ChiralError `BUDGET_REQUIRED` */
  begin(job: DownloadJob): Promise<void>
  end(downloadId: string): Promise<void>
  account(payee: Address, downloadId: string): PayerAccount
  openChannel(
    terms: SourceTerms,
    options: {
      downloadId: string
      deposit: Wei
      /** Raise the deposit of an open channel that has less left. */
      topUp: boolean
      onBlocksLeft: (blocksLeft: number) => void
      signal: AbortSignal
    },
  ): Promise<SourceChannel>
  /** Runs inside the transaction that makes the chunk count. */
  recordVerified(
    connection: Connection,
    delivery: { downloadId: string; payee: Address; chunk: ChunkRef; price: Wei },
  ): void
  /** What was vouchered to each payee by this download. */
  paidIn(downloadId: string): Map<Address, { amount: Wei; vouchers: number }>
  gasSpentIn(downloadId: string): Wei
  /** What was vouchered by this download or is owed for chunks that verified, and gas: no later budget can be below it. */
  bookedIn(downloadId: string): Wei
  /** Can what is in flight from each payee be paid for when it arrives? */
  affords(downloadId: string, inFlight: ReadonlyMap<Address, Wei>): boolean
  /** Does the deposit with this payee suffice for that? */
  depositCovers(payee: Address, inFlight: Wei): boolean
  /** Resolves when the chain shows the channel closed; false when that takes too long. */
  closed(channelId: ChannelId, signal: AbortSignal): Promise<boolean>
  /** The open channels to a payee. */
  channelsTo(payee: Address): ChannelId[]
}

export interface DownloadDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly failPoints: FailPoints
  readonly bans: BanList
  readonly store: DownloadStore
  readonly payments: DownloadPayments
  /** How long a chunk may take before it is asked for elsewhere as well. */
  readonly stallMs: number
  prepare(reference: string, signal: AbortSignal): Promise<PreparedFile>
  findSeeders(fileHash: FileHash, signal: AbortSignal): Promise<readonly SourceTerms[]>
  openWriter(manifest: Manifest, out: string, options: { overwrite: boolean }): Promise<WriterHandle>
  /** Connects and shakes hands; with an account when there is a channel to speak of. */
  connect(
    seeder: Pick<SourceTerms, 'peerId' | 'addresses' | 'payee'> & Partial<Pick<SourceTerms, 'inBand'>>,
    options: {
      job: DownloadJob
      paid: boolean
      onLateChunk?: ((late: LateChunk) => void) | undefined
      /** The session that broke. */
      resume?: string | undefined
      signal: AbortSignal
    },
  ): Promise<ChunkClient>
  /** Refuses connections of a banned peer. */
  block(peerId: SourceTerms['peerId'], until: number): Promise<void>
  /** `now` when its phase changed; else listeners may be told a little later. */
  changed(download: Download, options: { now: boolean }): void
  notice(level: 'info' | 'warn', message: string): void
}
