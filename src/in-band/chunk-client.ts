import type { Wei } from '../domain/amount.ts'
import type { Address, FileHash, PeerIdText } from '../domain/ids.ts'
import type { Bid, Quote } from '../domain/quote.ts'
import type { TransferProtocol } from '../domain/transfer.ts'
import type { Clock } from '../system/clock.ts'
import type { DuplexStream } from '../system/duplex-stream.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { ChunkSet } from './chunk-source.ts'
import type { StreamMetrics } from './metrics.ts'
import type { AccountStatus, ChunkRef, PayerAccount } from './payments.ts'
import type { TakeQuotes } from './signed-terms.ts'

/** What the payer's end of both protocols is given, and what it gives: a download uses either in the same way. */
export interface ChunkClientOptions {
  /** A fresh stream of the protocol, opened by this side. The client ends it. */
  readonly stream: DuplexStream
  /** The payee. */
  readonly peerId: PeerIdText
  /** This node. */
  readonly localPeerId: PeerIdText
  /** Without one, only free chunks are served. */
  readonly account?: PayerAccount | undefined
  /** Refuse a payee that names another account than its offer did. */
  readonly payee?: Address | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: StreamMetrics
  readonly failPoints?: FailPoints | undefined
  /** What the payee signed; absent: it is not looked at. */
  readonly takeQuotes?: TakeQuotes | undefined
  /**
   * A chunk came whose request had been aborted: it counts in D. Store it and call `verified`, or call `alreadyHave`.
   * Without a handler the chunk is dropped, and may be asked for again with `resend`.
   */
  readonly onLateChunk?: ((chunk: ChunkRef, received: ReceivedChunk) => void) | undefined
}

export interface ChunkRequest extends ChunkRef {
  /** Bytes of this chunk, by the manifest. */
  readonly lengthBytes: number
  /** What it costs under the quote: `chunkPrice(quote.pricePerMiB, lengthBytes)`. */
  readonly price: Wei
  readonly quoteId: number
  /** The payee counted this chunk before (`status.recent`): it is sent again without being counted. */
  readonly resend?: boolean | undefined
  readonly wantProof?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Unverified: whether the bytes are right is for the caller to find out. */
export interface ReceivedChunk {
  readonly chunk: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** The payee's price and what it holds. */
export interface QuotedFile {
  readonly quote: Quote
  readonly have: ChunkSet
}

/** One stream to one payee. Calls may run concurrently. */
export interface ChunkClient {
  /** What brings the chunks. */
  readonly protocol: TransferProtocol
  /** Names the session, so that another stream can go on with it; absent where a stream is all there is of one. */
  readonly sessionId?: string
  /** The account the payee wants to be paid at. */
  readonly payee: Address
  /** The payee's books, estimated onwards from what it last told; `undefined` without an account. */
  readonly status: AccountStatus | undefined
  /** Resolves with the reason when the stream is over, whoever ended it. */
  readonly ended: Promise<Error>
  /** @throws ChiralError `DONT_HAVE`, `CANCELLED`, `STREAM_CLOSED`, `QUOTE_INVALID` (the payee did not sign what it says) */
  quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile>
  /**
   * Counters a quote, once; needs an account. What the payee quotes then is final: at the bid's price, or at its own.
   * @throws ChiralError `BID_REPEATED` (the quote that was countered holds), and as `quote`
   */
  bid(fileHash: FileHash, bid: Bid, signal?: AbortSignal): Promise<QuotedFile>
  /**
   * Asks for a chunk, now or as soon as the money rules allow; at most 64 are outstanding, the rest waits in order. After
   * it resolved with a priced chunk, call `verified` or `alreadyHave`, or close the client: requests may be waiting for it.
   * Aborting the signal rejects at once and withdraws the request from the payee.
   * @throws ChiralError `DONT_HAVE` · `QUOTE_EXPIRED` (details.quote) · `PAYMENT_REQUIRED` (details.code, quote, status) ·
   *   `CANCELLED` · `STREAM_CLOSED` (the reason is its cause) · `ACCOUNT_MISMATCH` (details.status) ·
   *   `BUDGET_EXHAUSTED`, `DEPOSIT_EXHAUSTED`, `PREPAYMENT_CAP`, `CHANNEL_CLOSING` from the account
   */
  request(request: ChunkRequest): Promise<ReceivedChunk>
  /** Takes a request back that waits here for room or for money: it rejects with `CANCELLED`. False when it is on the wire. */
  withdraw(chunk: ChunkRef): boolean
  /**
   * The chunk is verified and stored, as far as the account's next durable write makes both durable: requests may go on, and it is paid within
   * 200 ms.
   */
  verified(chunk: ChunkRef, price: Wei): void
  /** The chunk was delivered, but another source had been quicker: asks the payee to write it off. */
  alreadyHave(chunk: ChunkRef): void
  /**
   * The payee counts the chunk, and it never came: asks it to write it off. Resolves with whether D fell, by `price` as far as is known here: then
   * the chunk may be asked for as one that was never sold. @throws ChiralError `STREAM_CLOSED`
   */
  disown(chunk: ChunkRef, price: Wei): Promise<boolean>
  /**
   * Pays for a chunk of that price ahead and without credit, while nothing else is asked for on the stream: one that the payee does not send again
   * for nothing is then sold once more. @throws ChiralError as `request`, and `PAY_TIMEOUT`
   */
  payAhead(price: Wei): Promise<void>
  /**
   * Pays until the payee has confirmed a durable voucher for everything verified.
   * @throws ChiralError `PAY_TIMEOUT`, `PAYMENT_REQUIRED`, `STREAM_CLOSED`
   */
  settle(): Promise<void>
  /**
   * Asks the payee to end what it is paid on. @returns the transaction that closes the channel; none where an allocation was released
   * @throws ChiralError `CLOSE_FAILED` …
   */
  closeChannel(): Promise<string | undefined>
  /** Ends the stream. Closing twice is fine. What is unpaid stays unpaid: `settle` first. */
  close(): Promise<void>
}
