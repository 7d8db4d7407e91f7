import { addWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { BATCHES_PER_CREDIT, MIN_BATCH_CHUNKS } from './limits.ts'

/** The price of what verified and no voucher covers yet. */
export class Uncovered {
  #amount = ZERO_WEI

  add(price: Wei): void {
    this.#amount = addWei(this.#amount, price)
  }

  /** A voucher that `signing` ends with is for everything verified until now, which is covered once it is there. */
  async cover<T>(signing: Promise<T>, isSigned: (outcome: T) => boolean = () => true): Promise<T> {
    const covered = this.#amount
    const outcome = await signing
    if (isSigned(outcome)) this.#amount = subtractWei(this.#amount, covered)
    return outcome
  }

  /** Whether it is worth a voucher of its own. SPEC 07 §6.4: "for everything verified when that reaches a quarter of C" */
  isBatch(credit: Wei, price: Wei): boolean {
    return isBatching(credit, price) && this.#amount * BATCHES_PER_CREDIT >= credit
  }
}

/** Whether vouchers wait until they cover a quarter of the credit. */
export function isBatching(credit: Wei, price: Wei): boolean {
  return credit >= price * MIN_BATCH_CHUNKS
}
