import { addWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Address } from '../../domain/ids.ts'
import type { DownloadJob, DownloadPayments } from './dependencies.ts'

/** Price of the chunks that were asked for with one budget and have not come, by payee. */
export class InFlight {
  readonly #payments: Pick<DownloadPayments, 'affords' | 'depositCovers'>
  readonly #job: Pick<DownloadJob, 'budgetId' | 'payBy'>
  #amounts = new Map<Address, Wei>()
  readonly #waiting = new Set<() => void>()

  constructor(
    payments: Pick<DownloadPayments, 'affords' | 'depositCovers'>,
    job: Pick<DownloadJob, 'budgetId' | 'payBy'>,
  ) {
    this.#payments = payments
    this.#job = job
  }

  /** With nothing in flight the request is made in any case: that money has run out is then for the payer to say. */
  reserve(payee: Address, price: Wei): boolean {
    if (price === 0n) return true
    const own = this.#amounts.get(payee)
    const ownAfter = addWei(own ?? ZERO_WEI, price)
    const after = new Map(this.#amounts).set(payee, ownAfter)
    if (own !== undefined && !this.#payments.depositCovers(payee, ownAfter, this.#job)) return false
    if (this.#amounts.size > 0 && !this.#payments.affords(this.#job.budgetId, after)) return false
    this.#amounts = after
    return true
  }

  /** A request that was reserved is over, however it ended. */
  answered(payee: Address, price: Wei): void {
    const left = subtractWei(this.#amounts.get(payee) ?? ZERO_WEI, price)
    if (left === 0n) this.#amounts.delete(payee)
    else this.#amounts.set(payee, left)
    for (const look of [...this.#waiting]) look()
  }

  /** Resolves when nothing is in flight from the payee, or `signal` aborts. */
  landed(payee: Address, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#amounts.has(payee) && !signal.aborted) return
        this.#waiting.delete(look)
        signal.removeEventListener('abort', look)
        resolve()
      }
      this.#waiting.add(look)
      signal.addEventListener('abort', look)
      look()
    })
  }
}
