import type { FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { StreamErrorCode } from '../in-band/errors.ts'
import type { GrantTerms } from '../in-band/grants.ts'
import { MAX_REFUSALS_IN_A_ROW, MESSAGE_BURST, MESSAGES_PER_SECOND, QUOTE_COST_MESSAGES } from '../in-band/limits.ts'
import type { ChunkRef, HelloProof } from '../in-band/payments.ts'
import { TokenBucket } from '../system/token-bucket.ts'
import type { Message, PayerMessage } from './message.ts'
import { MAX_OUTSTANDING_REQUESTS } from './protocol.ts'

/** The payee's half of a session, without I/O: what the payer may send now, and how much of it. SPEC 03 §5, §8 */

export type WantMessage = PayerMessage & { type: 'want' }

/** What a message of the payer means for the shell. */
export type PayeeEvent =
  | { readonly kind: 'hello'; readonly proof: HelloProof | undefined }
  | { readonly kind: 'want'; readonly want: WantMessage }
  | { readonly kind: 'pay'; readonly requestId: number; readonly voucher: Voucher }
  | {
      readonly kind: 'quote'
      readonly requestId: number
      readonly fileHash: FileHash
      readonly bid: Bid | undefined
    }
  | { readonly kind: 'close'; readonly requestId: number; readonly agreement: CloseAgreement | undefined }
  | { readonly kind: 'grant'; readonly requestId: number; readonly terms: GrantTerms }
  /** Withdraw a request whose chunk has not left. */
  | { readonly kind: 'withdraw'; readonly requestId: number }
  /** Write off a chunk that was delivered, on whatever stream. */
  | { readonly kind: 'write-off'; readonly chunk: ChunkRef }
  /** A CANCEL for what cannot be taken back. */
  | { readonly kind: 'too-late'; readonly cancel: PayerMessage & { type: 'cancel' } }
  | { readonly kind: 'ended'; readonly code: string }
  | { readonly kind: 'violation'; readonly code: StreamErrorCode; readonly what: string }

export interface PayeeLimits {
  readonly maxOutstanding: number
  readonly messageBurst: number
  readonly messagesPerSecond: number
}

export const DEFAULT_PAYEE_LIMITS: PayeeLimits = {
  maxOutstanding: MAX_OUTSTANDING_REQUESTS,
  messageBurst: MESSAGE_BURST,
  messagesPerSecond: MESSAGES_PER_SECOND,
}

export class PayeeSession {
  readonly #limits: PayeeLimits
  readonly #wants = new Set<number>()
  /** Unanswered requests that are not for chunks. */
  readonly #others = new Set<number>()
  readonly #messages: TokenBucket
  #phase: 'hello' | 'authenticating' | 'open' = 'hello'
  #authenticated = false
  #lastRequestId = 0
  #refusals = 0

  constructor(limits: PayeeLimits, now: number) {
    this.#limits = limits
    this.#messages = new TokenBucket({ burst: limits.messageBurst, perSecond: limits.messagesPerSecond }, now)
  }

  get phase(): 'hello' | 'authenticating' | 'open' {
    return this.#phase
  }

  /** HELLO_ACK is sent. */
  opened(authenticated: boolean): void {
    this.#phase = 'open'
    this.#authenticated = authenticated
  }

  /** The request has its answer. */
  answered(requestId: number): void {
    this.#wants.delete(requestId)
    this.#others.delete(requestId)
  }

  /** The chunk leaves: the request cannot be withdrawn any more. */
  delivered(requestId: number): void {
    this.answered(requestId)
    this.#refusals = 0
  }

  /** The request is refused. @returns whether the payer has been refused too often */
  refused(requestId: number): boolean {
    this.answered(requestId)
    return ++this.#refusals > MAX_REFUSALS_IN_A_ROW
  }

  /** @param now monotonic milliseconds */
  receive(message: Message, now: number): PayeeEvent {
    if (!this.#messages.take(message.type === 'quote-request' ? QUOTE_COST_MESSAGES : 1, now))
      return { kind: 'violation', code: 'TOO_MANY_MESSAGES', what: 'messages came faster than anybody needs' }
    if (message.type === 'error') return { kind: 'ended', code: message.code }
    if (this.#phase === 'hello' && message.type === 'payer-hello') {
      this.#phase = 'authenticating'
      return { kind: 'hello', proof: message.proof }
    }
    if (this.#phase !== 'open') return unexpected(message)
    switch (message.type) {
      case 'want':
        return this.#accept(message, this.#wants) ?? { kind: 'want', want: message }
      case 'quote-request':
        if (message.bid !== undefined && !this.#authenticated) return unexpected(message)
        return (
          this.#accept(message, this.#others) ?? {
            kind: 'quote',
            requestId: message.requestId,
            fileHash: message.fileHash,
            bid: message.bid,
          }
        )
      case 'pay':
        if (!this.#authenticated) return unexpected(message)
        return (
          this.#accept(message, this.#others) ?? { kind: 'pay', requestId: message.requestId, voucher: message.voucher }
        )
      case 'close-channel':
        if (!this.#authenticated) return unexpected(message)
        return (
          this.#accept(message, this.#others) ?? {
            kind: 'close',
            requestId: message.requestId,
            agreement: message.agreement,
          }
        )
      case 'grant-request': {
        if (!this.#authenticated) return unexpected(message)
        const { requestId, fileHash, quoteId } = message
        return this.#accept(message, this.#others) ?? { kind: 'grant', requestId, terms: { fileHash, quoteId } }
      }
      case 'cancel':
        return this.#cancel(message)
      default:
        return unexpected(message)
    }
  }

  /** SPEC 03 §5.1: "Request ids MUST rise". */
  #accept(message: Message & { requestId?: number | undefined }, into: Set<number>): PayeeEvent | undefined {
    const requestId = message.requestId ?? 0
    if (requestId <= this.#lastRequestId)
      return {
        kind: 'violation',
        code: 'UNEXPECTED_MESSAGE',
        what: `request id ${requestId} came after ${this.#lastRequestId}`,
      }
    this.#lastRequestId = requestId
    if (into.size >= this.#limits.maxOutstanding)
      return { kind: 'violation', code: 'TOO_MANY_REQUESTS', what: `more than ${into.size} requests were outstanding` }
    into.add(requestId)
    return undefined
  }

  #cancel(message: PayerMessage & { type: 'cancel' }): PayeeEvent {
    const { target } = message
    if (target.kind === 'request') {
      if (target.requestId > this.#lastRequestId || this.#others.has(target.requestId)) return unexpected(message)
      if (this.#wants.has(target.requestId)) return { kind: 'withdraw', requestId: target.requestId }
      return { kind: 'too-late', cancel: message }
    }
    if (!this.#authenticated) return unexpected(message)
    return { kind: 'write-off', chunk: target.chunk }
  }
}

function unexpected(message: Message): PayeeEvent {
  return { kind: 'violation', code: 'UNEXPECTED_MESSAGE', what: `a message ${message.type} came where it may not` }
}
