import type { Address, PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import type { ChunkSource, QuoteBook } from './chunk-source.ts'
import type { StreamMetrics } from './metrics.ts'
import type { PayeePayments } from './payments.ts'
import type { SignQuote } from './signed-terms.ts'

/** What the payee's end of both protocols is given. */
export interface ServeOptions {
  /** A stream of the protocol that the remote peer opened. It is ended here. */
  readonly stream: DuplexStream
  readonly remotePeerId: PeerIdText
  readonly localPeerId: PeerIdText
  /** The account this node is paid at. */
  readonly payee: Address
  readonly payments: PayeePayments
  readonly chunks: ChunkSource
  readonly quotes: QuoteBook
  /** Absent: quotes are not signed. */
  readonly signQuote?: SignQuote | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: StreamMetrics
  readonly failPoints?: FailPoints | undefined
  /** The limit on what is sent to all payers together. */
  readonly rate?: RateLimit | undefined
  /** Ends the stream with SHUTTING_DOWN. */
  readonly signal?: AbortSignal | undefined
}
