import type { Voucher } from '../domain/voucher.ts'
import type { Clock } from '../system/clock.ts'
import { PAY_DELAY_MS } from './limits.ts'
import type { PayerAccount } from './payments.ts'

export interface PayLoopOptions {
  readonly account: PayerAccount
  readonly clock: Clock
  /** `account.settle()` in turn with the authorizations; `apply` sends the voucher at once. */
  readonly settle: (apply: (voucher: Voucher | undefined, error?: unknown) => void) => void
  /** Sends PAY; resolves when it is acknowledged. */
  readonly send: (voucher: Voucher) => Promise<void>
  /** A payment that nobody waits for failed. */
  readonly onFailure: (error: unknown) => void
}

/** When PAY is sent: first of all, when verified chunks stay uncovered for 200 ms, and at the end. One at a time. */
export class PayLoop {
  readonly #options: PayLoopOptions
  #last: Promise<unknown> = Promise.resolve()
  #cancelTimer: (() => void) | undefined
  #isBatching = false
  /** The highest amount this stream's payee has confirmed to be durable. */
  #confirmed = 0n

  constructor(options: PayLoopOptions) {
    this.#options = options
  }

  /** The payee holds this voucher durably: it answered the message that carried it. */
  confirm(voucher: Voucher | undefined): void {
    if (voucher !== undefined && voucher.cumulativeAmount > this.#confirmed) this.#confirmed = voucher.cumulativeAmount
  }

  /** A chunk was verified: it is covered within 200 ms, by a request or by a payment of its own. */
  schedule(): void {
    this.#cancelTimer ??= this.#options.clock.schedule(PAY_DELAY_MS, () => {
      this.#cancelTimer = undefined
      this.payOnce().catch(this.#options.onFailure)
    })
  }

  /** One payment for what is verified and uncovered. @returns false when there is nothing such */
  payOnce(): Promise<boolean> {
    return this.#inTurn(() => this.#payVerified())
  }

  /**
   * Pays what is verified and does not wait for the acknowledgement: the next batch may follow while this one is under way. Nothing happens
   * while the voucher of the last one is not written down: it is for what verifies until then.
   */
  payBatch(): void {
    if (this.#isBatching) return
    this.#isBatching = true
    this.#options.settle((voucher, error) => {
      this.#isBatching = false
      if (error !== undefined) this.#options.onFailure(error)
      else if (voucher !== undefined) this.#pay(voucher).catch(this.#options.onFailure)
    })
  }

  /** Pays until everything verified is covered and confirmed, a voucher signed ahead included. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      // Read first: the durable write that follows makes sure that it is on disk before it leaves.
      const highest = this.#options.account.highest()
      while (await this.#payVerified()) {}
      if (highest !== undefined && highest.cumulativeAmount > this.#confirmed) await this.#pay(highest)
    })
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #payVerified(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#options.settle((voucher, error) => {
        if (error !== undefined) reject(error)
        else if (voucher === undefined) resolve(false)
        else this.#pay(voucher).then(() => resolve(true), reject)
      })
    })
  }

  async #pay(voucher: Voucher): Promise<void> {
    await this.#options.send(voucher)
    this.confirm(voucher)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}
