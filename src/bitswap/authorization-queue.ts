import type { Wei } from '../domain/amount.ts'
import type { Voucher } from '../domain/voucher.ts'
import { mismatch, notAllowed } from '../in-band/errors.ts'
import type { Authorization, PayerAccount } from '../in-band/payments.ts'
import type { Uncovered } from '../in-band/uncovered.ts'
import type { WantRequest } from './payer-event.ts'
import { MAX_OUTSTANDING_REQUESTS } from './protocol.ts'
import type { PayerSession } from './session.ts'

/** A priced request on its way to the wire. */
export interface QueuedRequest {
  /** Requests are authorized in this order. */
  readonly order: number
  readonly want: WantRequest
  /** V that the payee will want for it, as of when it was last authorized. */
  required: Wei
  /** The caller lost interest. */
  readonly aborted: boolean
  reject(error: unknown): void
}

export interface AuthorizationQueueOptions<T extends QueuedRequest> {
  readonly account: PayerAccount
  readonly session: PayerSession
  /** Where what verified is paid for in batches. */
  readonly uncovered?: Uncovered | undefined
  /** Sends a reserved request. The voucher is the newest one that this stream has not carried yet. */
  readonly send: (request: T, voucher: Voucher | undefined) => void
  /** Nothing under way can help the waiting requests: pays what is verified. Resolves with whether there was anything to pay. */
  readonly payNow: () => Promise<boolean>
}

type Pending<T> =
  | { readonly kind: 'request'; readonly request: T; readonly wakes: number; readonly decision: Promise<Authorization> }
  | {
      readonly kind: 'settle'
      readonly voucher: Promise<Voucher | undefined>
      readonly apply: (voucher: Voucher | undefined, error?: unknown) => void
    }

/**
 * Asks the payer's account about requests, several at once so that their vouchers share one durable write, and applies
 * the answers strictly in the order of asking: a request that an earlier voucher covers never overtakes that voucher.
 */
export class AuthorizationQueue<T extends QueuedRequest> {
  readonly #options: AuthorizationQueueOptions<T>
  readonly #waiting: T[] = []
  readonly #pending: Pending<T>[] = []
  #asking = 0
  /** How many to ask about at once: one after a `wait`, doubled by every answer that lets a request go. */
  #width = MAX_OUTSTANDING_REQUESTS
  #wakes = 0
  #blocked = false
  #unsent: Voucher | undefined
  #draining = false
  #closed = false

  constructor(options: AuthorizationQueueOptions<T>) {
    this.#options = options
  }

  enqueue(request: T): void {
    let index = this.#waiting.length
    while (index > 0 && (this.#waiting[index - 1]?.order ?? 0) > request.order) index--
    this.#waiting.splice(index, 0, request)
    this.pump()
  }

  /** Something happened that may let a waiting request go: R or C rose, D fell, or a slot became free. */
  wake(): void {
    this.#wakes++
    this.#blocked = false
    this.pump()
  }

  /** A request that waits and is not being authorized. */
  findWaiting(isIt: (request: T) => boolean): T | undefined {
    return this.#waiting.find(isIt)
  }

  /** Takes a waiting request out. False when it is being authorized or was never here. */
  remove(request: T): boolean {
    const index = this.#waiting.indexOf(request)
    if (index < 0) return false
    this.#waiting.splice(index, 1)
    return true
  }

  /** The account's `settle()`, in turn with the requests: `apply` must send the voucher at once. */
  settle(apply: (voucher: Voucher | undefined, error?: unknown) => void): void {
    const settling = this.#options.account.settle()
    const voucher = this.#options.uncovered?.cover(settling) ?? settling
    this.#pending.push({ kind: 'settle', voucher, apply })
    void this.#drain()
  }

  /** `voucher` must reach the payee with the next request. */
  carry(voucher: Voucher | undefined): void {
    if (voucher !== undefined && voucher.cumulativeAmount > (this.#unsent?.cumulativeAmount ?? 0n))
      this.#unsent = voucher
  }

  /** Returns the requests that were not sent. */
  close(): T[] {
    this.#closed = true
    const pending = this.#pending.flatMap((item) => (item.kind === 'request' ? [item.request] : []))
    return [...pending, ...this.#waiting.splice(0)]
  }

  pump(): void {
    const { session, account, uncovered } = this.#options
    while (!this.#closed && !this.#blocked && this.#asking < this.#width && session.hasRoom) {
      const request = this.#waiting.shift()
      if (request === undefined) break
      request.required = session.required(request.want)
      session.reserve(request.want)
      this.#asking++
      const deciding = account.authorize({ price: request.want.price, required: request.required })
      const decision = uncovered?.cover(deciding, ({ kind }) => kind === 'voucher') ?? deciding
      decision.catch(() => {}) // it is awaited in turn below
      this.#pending.push({ kind: 'request', request, wakes: this.#wakes, decision })
    }
    void this.#drain()
  }

  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    for (let item = this.#pending[0]; item !== undefined; item = this.#pending[0]) {
      if (item.kind === 'settle') {
        const { apply } = item
        await item.voucher.then(
          (voucher) => apply(voucher),
          (error: unknown) => apply(undefined, error),
        )
      } else {
        const decision = await item.decision.catch((error: unknown) => ({ kind: 'failed', error }) as const)
        this.#asking--
        if (!this.#closed) this.#apply(item, decision)
      }
      this.#pending.shift()
      this.pump()
    }
    this.#draining = false
    if (this.#blocked && !this.#closed) await this.#checkMismatch()
  }

  #apply(
    { request, wakes }: { request: T; wakes: number },
    decision: Authorization | { readonly kind: 'failed'; readonly error: unknown },
  ): void {
    const { session, send } = this.#options
    if (decision.kind === 'voucher') this.carry(decision.voucher)
    if (request.aborted || decision.kind === 'refused' || decision.kind === 'failed') {
      session.unreserve(request.want)
      if (decision.kind === 'refused') request.reject(notAllowed(decision.code))
      if (decision.kind === 'failed') request.reject(decision.error)
      this.#wakes++
      this.#blocked = false
      return
    }
    if (decision.kind === 'wait') {
      session.unreserve(request.want)
      this.#width = 1
      this.#blocked = this.#wakes === wakes
      this.#waiting.splice(this.#position(request), 0, request)
      return
    }
    this.#width = Math.min(this.#width * 2, MAX_OUTSTANDING_REQUESTS)
    const voucher = this.#unsent
    this.#unsent = undefined
    send(request, voucher)
  }

  #position(request: T): number {
    const index = this.#waiting.findIndex((other) => other.order > request.order)
    return index < 0 ? this.#waiting.length : index
  }

  /** SPEC 03 §6.2: "A payer whose request waits while nothing is outstanding MUST fail it". */
  async #checkMismatch(): Promise<void> {
    const { session, payNow } = this.#options
    if (session.mayImprove || this.#waiting.length === 0) return
    const wakes = this.#wakes
    const paid = await payNow().catch(() => false)
    if (this.#closed || this.#wakes !== wakes || session.mayImprove) return
    if (!paid) {
      this.#waiting.shift()?.reject(mismatch(session.status))
    }
    this.wake()
  }
}
