import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { Voucher } from '../domain/voucher.ts'
import type { StreamErrorCode } from '../in-band/errors.ts'
import type { ChunkRange } from '../in-band/have.ts'
import {
  MAX_QUESTIONS,
  MAX_REFUSALS_IN_A_ROW,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
  QUOTE_COST_MESSAGES,
} from '../in-band/limits.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import { TokenBucket } from '../system/token-bucket.ts'
import type { ServedRequest } from './chunk-queue.ts'
import type { Message } from './message.ts'
import { MAX_CHUNK_REQUESTS, MAX_OUTSTANDING_CHUNKS } from './protocol.ts'

/** The payee's half of a session, without I/O: what the payer may send now, and how much may leave. SPEC 07 §4 to §6 */

type Of<Type extends Message['type']> = Extract<Message, { readonly type: Type }>

/** What a message of the payer means for the shell. */
export type PayeeEvent =
  | { readonly kind: 'open'; readonly request: Of<'session-request'> }
  | {
      readonly kind: 'quote'
      readonly requestId: number
      readonly files: readonly FileHash[]
      readonly bids: readonly Bid[] | undefined
    }
  | { readonly kind: 'chunks'; readonly request: ServedRequest }
  | { readonly kind: 'cancel'; readonly requestId: number; readonly ranges: readonly ChunkRange[] }
  /** More may leave. */
  | { readonly kind: 'granted' }
  | { readonly kind: 'pay'; readonly requestId: number; readonly voucher: Voucher }
  | { readonly kind: 'write-off'; readonly requestId: number; readonly chunk: ChunkRef }
  | { readonly kind: 'close'; readonly request: Of<'close-request'> }
  | { readonly kind: 'ended'; readonly code: string }
  | { readonly kind: 'violation'; readonly code: StreamErrorCode; readonly what: string }

export interface PayeeLimits {
  readonly maxChunks: number
  readonly messageBurst: number
  readonly messagesPerSecond: number
}

export const DEFAULT_PAYEE_LIMITS: PayeeLimits = {
  maxChunks: MAX_OUTSTANDING_CHUNKS,
  messageBurst: MESSAGE_BURST,
  messagesPerSecond: MESSAGES_PER_SECOND,
}

export class PayeeSession {
  readonly #limits: PayeeLimits
  /** How many chunks of each request are unanswered. */
  readonly #chunks = new Map<number, number>()
  #outstandingChunks = 0
  /** Unanswered requests that are not for chunks. */
  readonly #others = new Set<number>()
  readonly #messages: TokenBucket
  #phase: 'start' | 'opening' | 'open' = 'start'
  #sessionId = ''
  #authenticated = false
  #lastRequestId = 0
  #refusals = 0
  #window = 0
  #room = 0

  constructor(limits: PayeeLimits, now: number) {
    this.#limits = limits
    this.#messages = new TokenBucket({ burst: limits.messageBurst, perSecond: limits.messagesPerSecond }, now)
  }

  /** How many chunks may leave now. */
  get room(): number {
    return this.#room
  }

  /** SESSION_RESPONSE is sent. */
  opened(session: { readonly sessionId: string; readonly authenticated: boolean }): void {
    this.#phase = 'open'
    this.#sessionId = session.sessionId
    this.#authenticated = session.authenticated
  }

  /** The request, not for chunks, has its answer. */
  answered(requestId: number): void {
    this.#others.delete(requestId)
  }

  /** The chunk leaves: it cannot be taken back any more. */
  delivered(requestId: number): void {
    this.#settle(requestId, 1)
    this.#room--
    this.#refusals = 0
  }

  /** So many chunks of the request will not come. */
  withheld(requestId: number, count: number): void {
    this.#settle(requestId, count)
  }

  /** The payee refused something. @returns whether it did too often */
  refused(): boolean {
    return ++this.#refusals > MAX_REFUSALS_IN_A_ROW
  }

  /** @param now monotonic milliseconds */
  receive(message: Message, now: number): PayeeEvent {
    if (!this.#messages.take(costOf(message), now))
      return violation('TOO_MANY_MESSAGES', 'messages came faster than anybody needs')
    if (message.type === 'error') return { kind: 'ended', code: message.code }
    if (this.#phase === 'start' && message.type === 'session-request') {
      this.#phase = 'opening'
      this.#window = message.window
      this.#room = message.window
      return { kind: 'open', request: message }
    }
    if (this.#phase !== 'open') return unexpected(message)
    switch (message.type) {
      case 'chunk-request':
        return this.#acceptChunks(message)
      case 'file-request':
        return this.#acceptFile(message)
      case 'cancel':
        if (message.requestId > this.#lastRequestId || this.#others.has(message.requestId)) return unexpected(message)
        return { kind: 'cancel', requestId: message.requestId, ranges: message.ranges }
      case 'grant':
        return this.#grant(message.chunks)
      case 'quote-request':
        return this.#acceptQuote(message)
      case 'payment-proof':
        if (!this.#authenticated) return unexpected(message)
        return this.#acceptOther(message) ?? { kind: 'pay', requestId: message.requestId, voucher: message.voucher }
      case 'write-off':
        return this.#writeOff(message)
      case 'close-request':
        if (message.sessionId !== this.#sessionId || (message.closeChannel && !this.#authenticated))
          return unexpected(message)
        return this.#acceptOther(message) ?? { kind: 'close', request: message }
      default:
        return unexpected(message)
    }
  }

  #acceptChunks(message: Of<'chunk-request'>): PayeeEvent {
    const { requestId, fileHash, quoteId, ranges, wantProof } = message
    return this.#acceptRequest({ requestId, fileHash, quoteId, ranges, wantProof })
  }

  #acceptFile(message: Of<'file-request'>): PayeeEvent {
    const { requestId, fileHash, quoteId, offset, length, wantProof } = message
    const first = Math.floor(offset / CHUNK_SIZE_BYTES)
    const lastChunk = Math.floor((offset + length - 1) / CHUNK_SIZE_BYTES)
    const ranges = [{ first, count: lastChunk - first + 1 }]
    return this.#acceptRequest({ requestId, fileHash, quoteId, ranges, wantProof, lastChunk })
  }

  #acceptRequest(request: ServedRequest): PayeeEvent {
    const { requestId } = request
    if (requestId <= this.#lastRequestId) return this.#lateId(requestId)
    this.#lastRequestId = requestId
    const count = request.ranges.reduce((sum, range) => sum + range.count, 0)
    if (this.#outstandingChunks + count > this.#limits.maxChunks || this.#chunks.size >= MAX_CHUNK_REQUESTS)
      return violation('TOO_MANY_REQUESTS', `more than ${this.#limits.maxChunks} chunks were asked for`)
    this.#outstandingChunks += count
    this.#chunks.set(requestId, count)
    return { kind: 'chunks', request }
  }

  /** SPEC 07 §4: "Request ids MUST begin at 1 or above and MUST rise." */
  #acceptOther(message: { readonly requestId: number }): PayeeEvent | undefined {
    const { requestId } = message
    if (requestId <= this.#lastRequestId) return this.#lateId(requestId)
    this.#lastRequestId = requestId
    if (this.#others.size >= MAX_QUESTIONS)
      return violation('TOO_MANY_REQUESTS', `more than ${MAX_QUESTIONS} questions were outstanding`)
    this.#others.add(requestId)
    return undefined
  }

  #acceptQuote(message: Of<'quote-request'>): PayeeEvent {
    const { requestId, files, bids } = message
    if (bids !== undefined && !this.#authenticated) return unexpected(message)
    return this.#acceptOther(message) ?? { kind: 'quote', requestId, files, bids }
  }

  #lateId(requestId: number): PayeeEvent {
    return violation('UNEXPECTED_MESSAGE', `request id ${requestId} came after ${this.#lastRequestId}`)
  }

  /** SPEC 07 §6.2: "It MUST NOT grant more than have left." */
  #grant(chunks: number): PayeeEvent {
    if (this.#room + chunks > this.#window)
      return violation('UNEXPECTED_MESSAGE', `${chunks} chunks were granted that had not left`)
    this.#room += chunks
    return { kind: 'granted' }
  }

  #writeOff(message: Of<'write-off'>): PayeeEvent {
    if (!this.#authenticated) return unexpected(message)
    const { requestId, chunk } = message
    return this.#acceptOther(message) ?? { kind: 'write-off', requestId, chunk }
  }

  #settle(requestId: number, count: number): void {
    const left = (this.#chunks.get(requestId) ?? 0) - count
    this.#outstandingChunks -= count
    if (left > 0) this.#chunks.set(requestId, left)
    else this.#chunks.delete(requestId)
  }
}

function costOf(message: Message): number {
  return message.type === 'quote-request' ? 1 + QUOTE_COST_MESSAGES * message.files.length : 1
}

function violation(code: StreamErrorCode, what: string): PayeeEvent {
  return { kind: 'violation', code, what }
}

function unexpected(message: Message): PayeeEvent {
  return violation('UNEXPECTED_MESSAGE', `a message ${message.type} came where it may not`)
}
