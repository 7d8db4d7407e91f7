import type { Wei } from '../../domain/amount.ts'
import type { ConfirmationRule } from '../../domain/confirmation-rule.ts'
import type { Address, ChannelId, PeerIdText } from '../../domain/ids.ts'
import type { InBandProtocol } from '../../domain/in-band-protocol.ts'
import type { TransferFile, TransferSession } from '../../domain/transfer.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import type { ChunkRef } from '../../in-band/payments.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { Pick } from './picker.ts'
import type { PublicEndpoints } from './public-endpoints.ts'
import type { Source } from './source.ts'

/** Where a source's seeder is and what it asks. */
export interface SourceTerms extends ConfirmationRule {
  readonly peerId: PeerIdText
  readonly addresses: readonly string[]
  readonly payee: Address
  readonly pricePerMiB: Wei
  readonly minDeposit: Wei
  /** Its offer says that it takes no payment from escrows. */
  readonly refusesEscrows?: true
  readonly protocols: readonly string[]
  /** Which of the protocols that sell chunks on a stream it speaks. */
  readonly inBand: readonly InBandProtocol[]
  /** Where it serves the file by public protocols, as far as it does. */
  readonly publicly: PublicEndpoints
  /** How a stranger without an address is met; absent: `publicly` says where a source is. */
  readonly meet?: (file: TransferFile, signal: AbortSignal) => Promise<TransferSession>
  /** How many chunks the offer said are held; the quote says which. */
  readonly chunksHeld: number | undefined
}

/** A channel that is being opened or is open, or coin on its way without one. */
export interface SourceChannel {
  readonly channelId?: ChannelId
  /** Resolves when the deposit, or the transfer, counts. */
  readonly confirmed: Promise<void>
}

/** A chunk whose request had been given up, and came all the same. */
export interface LateChunk {
  readonly chunk: ChunkRef
  readonly bytes: Uint8Array
}

/** A chunk as it came. */
export interface ReceivedBytes {
  readonly chunkIndex: number
  readonly bytes: Uint8Array
  readonly price: Wei
  /** The seeder had committed it before. */
  readonly resent: boolean
  /** It came before, was lost here, and is sold once more. */
  readonly again?: boolean
  /** It counts, which is written and not durable yet: what is signed from now on is durable after it. */
  readonly onCounted: () => void
}

/** What a source needs of its download. */
export interface SourceHost {
  readonly fileHash: ChunkRef['fileHash']
  readonly sizeBytes: number
  readonly window: number
  readonly maxPrice: Wei | undefined
  /** What to offer per MiB to who asks more. */
  readonly bid: Wei | undefined
  readonly clock: Clock
  readonly log: Logger
  /** Connects and shakes hands; with an account when the file has a price. */
  connect(source: Source, signal: AbortSignal): Promise<ChunkClient>
  /** The source goes on without this stream, because of `error`. */
  abandon(source: Source, client: ChunkClient, error: unknown): Promise<void>
  /** Opens or reuses the channel; with `more`, its deposit is raised to what is missing. */
  openChannel(source: Source, options: { more: boolean; signal: AbortSignal }): Promise<SourceChannel>
  /** What to ask for next, at this price per MiB; `undefined` too while what is in flight may use up the budget. */
  next(source: Source, pricePerMiB: Wei): Pick | undefined
  /** The request for a pick of `next` is over, however it ended. */
  answered(source: Source, price: Wei): void
  /** Joins the picker with what the seeder holds and what it had committed before. */
  joined(source: Source, quoted: QuotedFile, owed: readonly ChunkRef[]): void
  failed(source: Source, chunkIndex: number, options: { lacks: boolean; resend: boolean }): void
  /**
   * The seeder sends the chunk no more for nothing: others are asked for it, and at last this one, with `Pick.lastResort`.
   * @throws ChiralError `RESEND_LIMIT` when this one need not be asked any more, and as the client does
   */
  sendsNoMore(source: Source, client: ChunkClient, chunk: { chunkIndex: number; price: Wei }): Promise<void>
  /** Before such a chunk is asked for. Resolves with whether it is bought again. @throws ChiralError as the client does */
  resort(source: Source, client: ChunkClient, chunk: { chunkIndex: number; price: Wei }): Promise<boolean>
  /** Verifies and stores a chunk. `stored` means: it counts, and this source is the one to be paid for it. */
  received(source: Source, chunk: ReceivedBytes): Promise<'stored' | 'had' | 'wrong'>
  /** The seeder sent what no honest one sends: bans it. Resolves when that is durable. */
  ban(source: Source, what: string): Promise<void>
  left(source: Source): void
  /** The download cannot go on with any source: its budget is spent or the disk is full. */
  fatal(error: unknown): void
  changed(): void
}
