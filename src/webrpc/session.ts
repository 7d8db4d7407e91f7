import { addWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { StreamErrorCode } from '../in-band/errors.ts'
import { indexesOf } from '../in-band/have.ts'
import type { StreamFailure } from '../in-band/message-codec.ts'
import type { AccountStatus, ChunkRef } from '../in-band/payments.ts'
import { Intake } from './intake.ts'
import type { Message } from './message.ts'
import { type AskedChunk, Requested } from './requested.ts'

/**
 * The payer's half of a session, without I/O: what may come next, which chunks are unanswered, what is due, and the payer's
 * estimate of the payee's books. The payee's half is payee-session.ts. SPEC 07 §4 to §6
 */

type Of<Type extends Message['type']> = Extract<Message, { readonly type: Type }>
type Answer = Of<'quote-response' | 'payment-ack' | 'write-off-ack' | 'close-ack'>

/** The payee waits to be paid for this chunk. */
export interface Due {
  readonly chunk: ChunkRef
  readonly price: Wei
  /** The V it takes. */
  readonly required: Wei
  readonly code: string
  readonly status: AccountStatus
}

/** What a message of the payee means for the shell. */
export type PayerEvent =
  | { readonly kind: 'challenge'; readonly challenge: Of<'challenge'> }
  | { readonly kind: 'opened'; readonly response: Of<'session-response'> }
  /** `late`: it had been cancelled, but was on its way. */
  | {
      readonly kind: 'chunk'
      readonly requestId: number
      readonly chunk: ChunkRef
      readonly late: boolean
      readonly message: Of<'chunk-data' | 'file-response'>
    }
  | {
      readonly kind: 'withheld'
      readonly requestId: number
      readonly chunkIndexes: readonly number[]
      readonly message: Of<'withheld'>
    }
  | { readonly kind: 'due' }
  | { readonly kind: 'answered'; readonly requestId: number; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly requestId: number; readonly code: string }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'ended'; readonly failure: StreamFailure }
  | { readonly kind: 'violation'; readonly code: StreamErrorCode; readonly what: string }

export class PayerSession {
  readonly #authenticated: boolean
  readonly requested = new Requested()
  /** Unanswered requests that are not for chunks, by what answers them. */
  readonly #others = new Map<number, Answer['type']>()
  readonly #writeOffs = new Map<number, Wei>()
  readonly intake = new Intake()
  #phase: 'start' | 'opening' | 'open' = 'start'
  #lastRequestId = 0
  #status: AccountStatus | undefined
  #due: Due | undefined
  #duesInARow = 0
  #sessionId = ''
  #maxChunks = 0

  /** @param authenticated Whether this side proves an account. */
  constructor(authenticated: boolean) {
    this.#authenticated = authenticated
  }

  get sessionId(): string {
    return this.#sessionId
  }

  /** Chunks that may be asked for and not answered. */
  get maxChunks(): number {
    return this.#maxChunks
  }

  get outstandingChunks(): number {
    return this.requested.count
  }

  /** The payee's books as last told, with what came since counted in. */
  get status(): AccountStatus | undefined {
    return this.#status
  }

  /** What the payee waits for. */
  get due(): Due | undefined {
    return this.#due
  }

  /** A voucher for it leaves: if that does not suffice, the payee says again what is due. */
  answered(due: Due): void {
    if (this.#due === due) this.#due = undefined
  }

  /** PAYMENT_DUEs since the last chunk came. */
  get duesInARow(): number {
    return this.#duesInARow
  }

  /** Whether anything is under way after which a voucher may be signed: if not, waiting is in vain. */
  get mayImprove(): boolean {
    return this.intake.isPending || this.#writeOffs.size > 0
  }

  /** Whether a voucher is under way that the payee has not answered for. */
  get isPaying(): boolean {
    return [...this.#others.values()].includes('payment-ack')
  }

  /** SPEC 07 §6.4: "The payer sends PAYMENT_PROOF for everything verified when that reaches a quarter of C". */
  isBatchFull(price: Wei): boolean {
    return this.intake.uncovered.isBatch(this.#status?.credit ?? ZERO_WEI, price)
  }

  /** @returns the request id */
  requestChunks(fileHash: FileHash, chunks: readonly AskedChunk[], ordered: boolean): number {
    const requestId = ++this.#lastRequestId
    this.requested.add(requestId, { fileHash, ordered, chunks })
    return requestId
  }

  /** @returns the request id */
  ask(answer: Answer['type']): number {
    const requestId = ++this.#lastRequestId
    this.#others.set(requestId, answer)
    return requestId
  }

  /** Which of the chunks are to be named in a CANCEL. */
  cancel(requestId: number, chunkIndexes: readonly number[]): number[] {
    const cancelled = this.requested.cancel(requestId, chunkIndexes)
    this.#checkDue()
    return cancelled
  }

  /** The delivered chunk is of no use. @returns the id of a write-off to ask for */
  alreadyHave(chunk: ChunkRef): number | undefined {
    const price = this.intake.takeIn(chunk)
    return price === undefined || price === 0n ? undefined : this.disown(price)
  }

  /** A write-off is to be asked for, of a chunk that adds so much to D. @returns its id */
  disown(price: Wei): number {
    const requestId = this.ask('write-off-ack')
    this.#writeOffs.set(requestId, price)
    return requestId
  }

  receive(message: Message): PayerEvent {
    if (message.type === 'error' && message.requestId === undefined) return { kind: 'ended', failure: message }
    if (this.#phase !== 'open') return this.#handshake(message)
    switch (message.type) {
      case 'chunk-data':
      case 'file-response':
        return this.#receiveChunk(message)
      case 'withheld':
        return this.#receiveWithheld(message)
      case 'payment-due':
        return this.#receiveDue(message)
      case 'quote-response':
      case 'payment-ack':
      case 'write-off-ack':
      case 'close-ack':
        return this.#answer(message)
      case 'error':
        return this.#receiveError(message)
      default:
        return unexpected(message)
    }
  }

  #handshake(message: Message): PayerEvent {
    if (this.#phase === 'start' && message.type === 'challenge') {
      this.#phase = 'opening'
      this.#maxChunks = message.maxChunks
      return { kind: 'challenge', challenge: message }
    }
    // SPEC 07 §5.1: "SESSION_RESPONSE MUST carry a status if and only if the request carried a proof."
    if (
      this.#phase === 'opening' &&
      message.type === 'session-response' &&
      (message.status !== undefined) === this.#authenticated
    ) {
      this.#phase = 'open'
      this.#status = message.status
      this.#sessionId = message.sessionId
      return { kind: 'opened', response: message }
    }
    return unexpected(message)
  }

  #receiveChunk(message: Of<'chunk-data' | 'file-response'>): PayerEvent {
    const { requestId, chunkIndex } = message
    const ordered = message.type === 'file-response'
    const asked = this.requested.mayCome(requestId, chunkIndex, ordered)
      ? this.requested.take(requestId, chunkIndex)
      : undefined
    if (asked === undefined) return unexpected(message)
    const { fileHash, price, resend, lengthBytes, cancelling } = asked
    const chunk = { fileHash, chunkIndex }
    if (message.chunk.byteLength !== lengthBytes)
      return { kind: 'violation', code: 'MALFORMED', what: 'a chunk of another length came' }
    if (!this.intake.deliver(chunk, price))
      return { kind: 'violation', code: 'UNEXPECTED_MESSAGE', what: 'more chunks came than the window allows' }
    this.#duesInARow = 0
    if (price > 0n && this.#status !== undefined)
      this.#update({ credit: message.credit, committed: addWei(this.#status.committed, resend ? ZERO_WEI : price) })
    return { kind: 'chunk', requestId, chunk, late: cancelling, message }
  }

  #receiveWithheld(message: Of<'withheld'>): PayerEvent {
    const { requestId, ranges, code } = message
    const chunkIndexes: number[] = []
    for (const index of indexesOf(ranges)) {
      const asked = this.requested.take(requestId, index)
      if (asked === undefined || (code === 'CANCELLED' && !asked.cancelling)) return unexpected(message)
      chunkIndexes.push(index)
    }
    this.#checkDue()
    if (message.status !== undefined) this.#status = message.status
    return { kind: 'withheld', requestId, chunkIndexes, message }
  }

  #receiveDue(message: Of<'payment-due'>): PayerEvent {
    const asked = this.requested.find(message.chunk)
    if (asked === undefined || asked.price === 0n) return unexpected(message)
    const { chunk, code, status } = message
    this.#update({ ...status, recent: this.#status?.recent ?? [] })
    if (asked.cancelling) return { kind: 'ignored' } // its CANCEL crossed: another is due, or none
    this.#duesInARow++
    const required = subtractWei(addWei(status.committed, asked.price), status.credit)
    this.#due = { chunk, price: asked.price, required, code, status }
    return { kind: 'due' }
  }

  #answer(answer: Answer): PayerEvent {
    const { requestId } = answer
    if (this.#others.get(requestId) !== answer.type) return unexpected(answer)
    this.#others.delete(requestId)
    if (answer.type === 'payment-ack') {
      this.#update({ vouchered: answer.vouchered, credit: answer.credit })
      if (this.#due !== undefined && answer.vouchered >= this.#due.required) this.#due = undefined
    }
    if (answer.type === 'write-off-ack') {
      const price = this.#writeOffs.get(requestId) ?? ZERO_WEI
      this.#writeOffs.delete(requestId)
      const committed = this.#status?.committed ?? ZERO_WEI
      this.#update({
        credit: answer.credit,
        ...(answer.writtenOff ? { committed: subtractWei(committed, price) } : {}),
      })
    }
    if (answer.type === 'close-ack' && answer.status !== undefined) this.#status = answer.status
    return { kind: 'answered', requestId, answer }
  }

  #receiveError(message: Of<'error'>): PayerEvent {
    const requestId = message.requestId ?? 0
    const asked = this.#others.get(requestId)
    if (asked !== 'close-ack' && asked !== 'quote-response') return unexpected(message)
    this.#others.delete(requestId)
    return { kind: 'refused', requestId, code: message.code }
  }

  /** What is not wanted any more is not paid ahead. */
  #checkDue(): void {
    if (this.#due !== undefined && this.requested.find(this.#due.chunk)?.cancelling !== false) this.#due = undefined
  }

  #update(change: Partial<AccountStatus>): void {
    if (this.#status !== undefined) this.#status = { ...this.#status, ...change }
  }
}

function unexpected(message: Message): PayerEvent {
  return { kind: 'violation', code: 'UNEXPECTED_MESSAGE', what: `a message ${message.type} came where it may not` }
}
