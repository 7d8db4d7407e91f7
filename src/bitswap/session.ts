import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { chunkKey } from '../in-band/chunk-key.ts'
import type { AccountStatus, ChunkRef } from '../in-band/payments.ts'
import type { Message, PayeeMessage } from './message.ts'
import type { PayerEvent, PayerRequest, WantRequest } from './payer-event.ts'
import { MAX_OUTSTANDING_REQUESTS } from './protocol.ts'

/**
 * The payer's half of a session, without I/O: what may come next, which requests are unanswered, and the payer's estimate
 * of the payee's books. The payee's half is payee-session.ts. SPEC 03 §5, §6
 */

interface Outstanding {
  readonly request: PayerRequest
  cancelling: boolean
}

export class PayerSession {
  readonly #authenticated: boolean
  readonly #outstanding = new Map<number, Outstanding>()
  /** Delivered and neither verified nor written off, with prices. */
  readonly #delivered = new Map<string, Wei>()
  readonly #writeOffs = new Map<string, Wei>()
  #phase: 'hello' | 'ack' | 'open' = 'hello'
  #lastRequestId = 0
  #wants = 0
  #reserved = 0
  #maxOutstanding = MAX_OUTSTANDING_REQUESTS
  #status: AccountStatus | undefined

  /** @param authenticated Whether this side's hello carries a proof. */
  constructor(authenticated: boolean) {
    this.#authenticated = authenticated
  }

  /** The payee's books as last told, with what was asked for since counted in. */
  get status(): AccountStatus | undefined {
    return this.#status
  }

  /** Whether one more chunk may be asked for. */
  get hasRoom(): boolean {
    return this.#wants + this.#reserved < this.#maxOutstanding
  }

  /** Whether anything is under way after which the books may allow more: if not, waiting is in vain. */
  get mayImprove(): boolean {
    if (this.#reserved > 0 || this.#delivered.size > 0 || this.#writeOffs.size > 0) return true
    for (const { request } of this.#outstanding.values())
      if (request.kind === 'pay' || (request.kind === 'want' && request.price > 0n)) return true
    return false
  }

  /** V that the payee will want for the request: its D and the price, less its C. What is in its D it sends again for nothing. */
  required(request: WantRequest): Wei {
    if (request.resend) return ZERO_WEI
    const committed = this.#status?.committed ?? ZERO_WEI
    return subtractWei(addWei(committed, countedPrice(request)), this.#status?.credit ?? ZERO_WEI)
  }

  /** Counts a request in while its authorization is asked for; `send` or `unreserve` follows. */
  reserve(request: WantRequest): void {
    this.#reserved++
    this.#commit(countedPrice(request))
  }

  unreserve(request: WantRequest): void {
    this.#reserved--
    this.#uncommit(countedPrice(request))
  }

  /** Turns a reserved request into a sent one. @returns its request id */
  sendReserved(request: WantRequest): number {
    this.#reserved--
    return this.send(request)
  }

  /** @returns the request id */
  send(request: PayerRequest): number {
    const requestId = ++this.#lastRequestId
    this.#outstanding.set(requestId, { request, cancelling: false })
    if (request.kind === 'want') this.#wants++
    return requestId
  }

  /** Whether a CANCEL is to be sent. */
  cancel(requestId: number): boolean {
    const entry = this.#outstanding.get(requestId)
    if (entry === undefined || entry.cancelling) return false
    entry.cancelling = true
    return true
  }

  /** The delivered chunk is verified and durable. */
  verified(chunk: ChunkRef): void {
    this.#delivered.delete(chunkKey(chunk))
  }

  /** Whether a write-off is to be asked for. */
  alreadyHave(chunk: ChunkRef): boolean {
    const key = chunkKey(chunk)
    const price = this.#delivered.get(key)
    if (price === undefined) return false
    this.#delivered.delete(key)
    this.#writeOffs.set(key, price)
    return true
  }

  /** A write-off is to be asked for, of a chunk that did not come on this stream. False: it is already. */
  disown(chunk: ChunkRef, price: Wei): boolean {
    const key = chunkKey(chunk)
    if (this.#writeOffs.has(key)) return false
    this.#writeOffs.set(key, price)
    return true
  }

  receive(message: Message): PayerEvent {
    if (message.type === 'error' && message.requestId === undefined) return { kind: 'ended', failure: message }
    if (this.#phase !== 'open') return this.#handshake(message)
    switch (message.type) {
      case 'block':
        return this.#receiveBlock(message)
      case 'pay-ack':
        return this.#answer(message, 'pay')
      case 'quote':
        return this.#answer(message, 'quote', 'bid')
      case 'close-ack':
        return this.#answer(message, 'close')
      case 'grant':
        return this.#answer(message, 'grant')
      case 'dont-have':
      case 'payment-required':
      case 'error':
        return this.#receiveRefusal(message)
      case 'cancelled':
      case 'sent':
        return this.#receiveSettled(message)
      case 'have':
        return { kind: 'have', have: { fileHash: message.fileHash, chunks: message.chunks } }
      default:
        return violation(message)
    }
  }

  #handshake(message: Message): PayerEvent {
    if (this.#phase === 'hello' && message.type === 'payee-hello') {
      this.#phase = 'ack'
      this.#maxOutstanding = Math.min(message.maxOutstanding, MAX_OUTSTANDING_REQUESTS)
      return { kind: 'challenge', hello: message }
    }
    // SPEC 03 §4.1: "HELLO_ACK MUST carry a status if and only if the payer's HELLO carried a proof."
    if (
      this.#phase === 'ack' &&
      message.type === 'hello-ack' &&
      (message.status !== undefined) === this.#authenticated
    ) {
      this.#phase = 'open'
      this.#status = message.status
      return { kind: 'opened' }
    }
    return violation(message)
  }

  #receiveBlock(block: PayeeMessage & { type: 'block' }): PayerEvent {
    const entry = this.#take(block.requestId, 'want')
    if (entry?.request.kind !== 'want') return violation(block)
    const { request, cancelling } = entry
    const wrongLength = block.chunk.byteLength !== request.lengthBytes
    if (wrongLength) return { kind: 'violation', code: 'MALFORMED', what: 'a chunk of another length came' }
    const creditBefore = this.#status?.credit ?? ZERO_WEI
    if (request.price > 0n) {
      this.#update({ credit: block.credit })
      this.#delivered.set(chunkKey(request.chunk), request.price)
    }
    const creditRose = request.price > 0n && block.credit > creditBefore
    return { kind: 'chunk', requestId: block.requestId, request, late: cancelling, creditRose, block }
  }

  #answer(
    answer: PayeeMessage & { type: 'pay-ack' | 'quote' | 'close-ack' | 'grant' },
    ...kinds: PayerRequest['kind'][]
  ): PayerEvent {
    if (kinds.every((kind) => this.#take(answer.requestId, kind) === undefined)) return violation(answer)
    if (answer.type === 'pay-ack') this.#update({ vouchered: answer.vouchered, credit: answer.credit })
    if (answer.type === 'grant') this.#correct(answer.status)
    return { kind: 'answered', requestId: answer.requestId, answer }
  }

  #receiveRefusal(refusal: PayeeMessage & { type: 'dont-have' | 'payment-required' | 'error' }): PayerEvent {
    const requestId = refusal.requestId ?? 0
    const entry = this.#outstanding.get(requestId)
    if (entry === undefined || !REFUSED_BY[refusal.type].includes(entry.request.kind)) return violation(refusal)
    this.#remove(requestId, entry)
    const { request, cancelling } = entry
    if (request.kind === 'want') this.#uncommit(countedPrice(request))
    if (refusal.type === 'payment-required' && refusal.status !== undefined) this.#correct(refusal.status)
    return { kind: 'refused', requestId, request, late: cancelling, refusal }
  }

  #receiveSettled(message: PayeeMessage & { type: 'cancelled' | 'sent' }): PayerEvent {
    const { target } = message
    if (target.kind === 'already-have') {
      const key = chunkKey(target.chunk)
      const price = this.#writeOffs.get(key)
      if (price === undefined) return violation(message)
      this.#writeOffs.delete(key)
      if (message.type === 'cancelled') this.#uncommit(price)
      this.#update({ credit: message.credit })
      return { kind: 'settled', writeOff: { chunk: target.chunk, isDone: message.type === 'cancelled' } }
    }
    const entry = this.#outstanding.get(target.requestId)
    if (entry === undefined) {
      // The chunk or a refusal crossed the CANCEL: the request is settled already.
      return target.requestId <= this.#lastRequestId ? { kind: 'settled' } : violation(message)
    }
    // A SENT always follows its BLOCK, so a request that is still open here can only be CANCELLED.
    if (entry.request.kind !== 'want' || !entry.cancelling || message.type === 'sent') return violation(message)
    this.#remove(target.requestId, entry)
    this.#uncommit(countedPrice(entry.request))
    return { kind: 'settled', requestId: target.requestId }
  }

  /** Removes and returns the unanswered request, if it is one of that kind. */
  #take(requestId: number, kind: PayerRequest['kind']): Outstanding | undefined {
    const entry = this.#outstanding.get(requestId)
    if (entry === undefined || entry.request.kind !== kind) return undefined
    this.#remove(requestId, entry)
    return entry
  }

  #remove(requestId: number, entry: Outstanding): void {
    this.#outstanding.delete(requestId)
    if (entry.request.kind === 'want') this.#wants--
  }

  /**
   * The payee told its D. Requests after the refused one are not in it yet, and other streams of this pair may be: with
   * none of ours under way it is exact, otherwise it is a lower bound.
   */
  #correct(status: AccountStatus): void {
    const estimate = this.#status?.committed ?? ZERO_WEI
    let underWay = this.#reserved > 0
    for (const { request } of this.#outstanding.values()) underWay ||= request.kind === 'want' && request.price > 0n
    this.#status = { ...status, committed: underWay ? maxWei(estimate, status.committed) : status.committed }
  }

  #commit(price: Wei): void {
    if (this.#status !== undefined) this.#update({ committed: addWei(this.#status.committed, price) })
  }

  #uncommit(price: Wei): void {
    if (this.#status !== undefined) this.#update({ committed: subtractWei(this.#status.committed, price) })
  }

  #update(change: Partial<AccountStatus>): void {
    if (this.#status !== undefined) this.#status = { ...this.#status, ...change }
  }
}

/** Which requests a message may refuse. */
const REFUSED_BY: Readonly<Record<'dont-have' | 'payment-required' | 'error', readonly PayerRequest['kind'][]>> = {
  'dont-have': ['want', 'quote', 'bid'],
  'payment-required': ['want', 'pay'],
  error: ['want', 'pay', 'bid', 'close', 'grant'],
}

/** What a request adds to D. */
function countedPrice(request: WantRequest): Wei {
  return request.resend ? ZERO_WEI : request.price
}

function violation(message: Message): PayerEvent & { kind: 'violation' } {
  return { kind: 'violation', code: 'UNEXPECTED_MESSAGE', what: `a message ${message.type} came where it may not` }
}
