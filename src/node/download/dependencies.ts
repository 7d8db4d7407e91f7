import type { Carrier } from '../../bitswap/bitswap-client.ts'
import type { Manifest } from '../../content/manifest.ts'
import type { Wei } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import type { ChiralError } from '../../domain/errors.ts'
import type { Address, ChannelId, FileHash } from '../../domain/ids.ts'
import type { InBandProtocol } from '../../domain/in-band-protocol.ts'
import type { Preference } from '../../domain/preference.ts'
import type { TransferProtocol, WantedProtocol } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { ChunkRef, PayerAccount } from '../../in-band/payments.ts'
import type { Reputation } from '../../reputation/reputation.ts'
import type { Clock } from '../../system/clock.ts'
import type { Connection } from '../../system/database.ts'
import type { FailPoints } from '../../system/fail-points.ts'
import type { Logger } from '../../system/logger.ts'
import type { RateLimit } from '../../system/rate-limit.ts'
import type { BanList } from '../ban-list.ts'
import type { Download } from './download.ts'
import type { DownloadStore, StoredDownload } from './download-store.ts'
import type { FreeSources } from './free-sources.ts'
import type { PublicConnectors } from './public-endpoints.ts'
import type { Ranking } from './ranking.ts'
import type { LateChunk, SourceChannel, SourceTerms } from './source-host.ts'

/** A download as it was asked for, this time. */
export interface DownloadJob extends StoredDownload {
  /** What the books name the budget by: the download's own id, or its batch's. */
  readonly budgetId: string
  readonly overwrite: boolean
  readonly maxSources: number
  readonly window: number
  /** Absent: whatever is best. */
  readonly protocol: WantedProtocol | undefined
  readonly prefer: Preference
  /** Bytes a second; 0 is no limit of its own. */
  readonly maxRate: number
  readonly sequential: boolean
  /** Peers of public swarms are asked as well. */
  readonly freeSources: boolean
}

/** What a download takes from the configuration where its request says nothing. */
export type DownloadDefaults = Pick<DownloadJob, 'maxSources' | 'window' | 'protocol' | 'prefer'> & {
  readonly freeSources?: boolean | undefined
}
export type DownloadSettings = DownloadDefaults & Pick<DownloadJob, 'maxRate' | 'sequential' | 'freeSources'>

/** What is known of a file before its chunks: it is proved against its id. */
export interface PreparedFile {
  readonly manifest: Manifest
  /** As its publisher named it. */
  readonly name: string
  /** What its publisher says it is. */
  readonly mimeType?: string | undefined
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
  /** Bit and `alsoCommit` in one transaction; `onApplied` is called when both are written, before they are durable. False: the bit was set before. */
  write(
    chunkIndex: number,
    bytes: Uint8Array,
    withBit: { readonly alsoCommit?: (connection: Connection) => void; readonly onApplied?: () => void },
  ): Promise<boolean>
  finish(options: { overwrite: boolean; sha256?: string }): Promise<{ sha256: string }>
  close(): Promise<void>
}

/** The money side of downloads; `channel/` does the work. */
export interface DownloadPayments {
  /** Sets the budget. @throws ChiralError `BUDGET_REQUIRED` */
  begin(budget: Pick<DownloadJob, 'budgetId' | 'maxTotal'>): Promise<void>
  end(budgetId: string): Promise<void>
  /** `prepays`: false where nothing may be paid before it verified. */
  account(
    payee: Address,
    job: Pick<DownloadJob, 'budgetId' | 'payBy' | 'starts'>,
    options: { readonly prepays: boolean },
  ): PayerAccount
  /** Is there a channel to the payee that it must be asked about first: was it lost with the books? */
  isForgotten(payee: Address): boolean
  openChannel(
    terms: SourceTerms,
    options: {
      budgetId: string
      deposit: Wei
      /** Raise the deposit of an open channel that has less left. */
      topUp: boolean
      onBlocksLeft: (blocksLeft: number) => void
      signal: AbortSignal
    },
  ): Promise<SourceChannel>
  /** Locks coin for all that the download begins with, or allocates to this one. */
  payFromEscrow(
    terms: SourceTerms,
    options: {
      budgetId: string
      fileHash: FileHash
      chunks: number
      deposit: Wei
      /** What the others are to have. */
      together: readonly { terms: SourceTerms; deposit: Wei }[]
      topUp: boolean
      onBlocksLeft: (blocksLeft: number) => void
      signal: AbortSignal
    },
  ): Promise<SourceChannel>
  /** Sends the next coin transfer where `more` is wanted, and waits until all that were sent can be shown. */
  payByTransfer(
    terms: SourceTerms,
    options: {
      budgetId: string
      fileHash: FileHash
      /** Of one chunk, and what the user allows to be paid ahead. */
      price: Wei
      prepay: Wei
      starts: number
      more: boolean
      onBlocksLeft: (blocksLeft: number) => void
      signal: AbortSignal
    },
  ): Promise<void>
  /** From a payee that is paid afterwards, among so many. @throws ChiralError as `BatchPayer.begin` */
  buyOnCredit(
    terms: SourceTerms,
    options: { budgetId: string; fileHash: FileHash; chunkCount: number; payees: number },
  ): Promise<void>
  /** What brings the chunks of a payee, where what it is paid with says that. */
  comesBy(payee: Address, job: Pick<DownloadJob, 'budgetId' | 'payBy'>, protocol: TransferProtocol): Promise<void>
  /** Pays whoever is owed something, and waits until that can be shown. @throws ChiralError as `BatchPayer.settle` */
  settleBatch(options: {
    budgetId: string
    /** Only if something is owed to it; absent: to anybody by this budget. */
    payee?: Address
    onBlocksLeft?: (blocksLeft: number) => void
    signal: AbortSignal
  }): Promise<void>
  /** What is to be paid afterwards, and is not. */
  owesInBatch(budgetId: string): Wei
  /** Was the payee not shown yet what it was paid? */
  hasUnshown(payee: Address): boolean
  /** Runs inside the transaction that makes the chunk count. */
  recordVerified(
    connection: Connection,
    delivery: { budgetId: string; payee: Address; chunk: ChunkRef; price: Wei; resent: boolean; again: boolean },
  ): void
  /** The chunks of a file that came for this budget, whether they are still here or not. */
  bookedChunks(budgetId: string, fileHash: FileHash): readonly number[]
  /** From whom the chunk came before: for this budget, or for any. */
  sellersOf(chunk: ChunkRef, budgetId?: string): readonly Address[]
  /** What was vouchered to each payee with this budget. */
  paidIn(budgetId: string): Map<Address, { amount: Wei; vouchers: number }>
  /** What payees that never delivered anything keep of this budget, each a prepayment. */
  keptFrom(budgetId: string): ReadonlyMap<Address, Wei>
  gasSpentIn(budgetId: string): Wei
  /** What was vouchered with this budget or is owed for chunks that verified, and gas: no later budget can be below it. */
  bookedIn(budgetId: string): Wei
  /** Can what is in flight from each payee be paid for when it arrives? */
  affords(budgetId: string, inFlight: ReadonlyMap<Address, Wei>): boolean
  /** Does the deposit with this payee suffice for that? */
  depositCovers(payee: Address, inFlight: Wei, job: Pick<DownloadJob, 'budgetId' | 'payBy'>): boolean
  /** Resolves when the chain shows the channel closed; false when that takes too long. */
  closed(channelId: ChannelId, signal: AbortSignal): Promise<boolean>
  /** What the payee is to be asked to end: its open channels, or its part of an escrow. */
  channelsTo(payee: Address, job: Pick<DownloadJob, 'budgetId' | 'payBy'>): ChannelId[]
  /** Is anything open to the payee that is paid from by signatures, whatever the download? */
  hasOpen(payee: Address): boolean
  /** Why nothing can be locked, and nobody paid with others in one transaction; `undefined` where that can be. @throws ChiralError `CHAIN_UNREACHABLE` */
  whyNoEscrow(): Promise<ChiralError | undefined>
  /** Other downloads that signed receipts of an escrow for the payee which it may lack: the chain has paid out less. */
  unshownTo(payee: Address, job: Pick<DownloadJob, 'budgetId'>): readonly string[]
  /** Has back what was locked and not spent, as far as the seeders released it. */
  endEscrow(budgetId: string, signal: AbortSignal): Promise<void>
}

export interface DownloadDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly failPoints: FailPoints
  readonly bans: BanList
  readonly reputation: Reputation
  readonly ranking: Ranking
  /** Of all downloads together. */
  readonly rate: RateLimit
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
      /** Absent: the first that both speak. */
      protocol: InBandProtocol | undefined
      paid: boolean
      onLateChunk?: ((late: LateChunk) => void) | undefined
      /** The session that broke. */
      resume?: string | undefined
      /** Brings the chunks in place of the stream, on which they are paid after they verified. */
      carrier?: Carrier | undefined
      signal: AbortSignal
    },
  ): Promise<ChunkClient>
  /** Absent where there are none to be found, as in a page. */
  readonly freeSources?: FreeSources | undefined
  /** The public protocols that are spoken here; none in a page. */
  readonly publicly: PublicConnectors
  /** Refuses connections of a banned peer. */
  block(peerId: SourceTerms['peerId'], until: number): Promise<void>
  /** `now` when its phase changed; else listeners may be told a little later. */
  changed(download: Download, options: { now: boolean }): void
  notice(level: 'info' | 'warn', message: string): void
}
