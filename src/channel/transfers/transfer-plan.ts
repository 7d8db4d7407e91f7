import { addWei, maxWei, minWei, subtractWei, type Wei } from '../../domain/amount.ts'
import { vouchered } from '../books.ts'
import type { BudgetView } from '../budget.ts'
import type { PayerPair } from '../payer-state.ts'

/** What transfers that count say to a request of `price`, for which the payee wants V ≥ `required`. */
export type TransferDecision = 'covered' | 'VERIFY_FIRST' | 'DEPOSIT_EXHAUSTED' | 'BUDGET_EXHAUSTED'

/** Pure. Nothing is signed for a request: V is raised by the next transfer alone, and that is decided elsewhere. */
export function coverByTransfers(
  pair: PayerPair,
  { price, required }: { readonly price: Wei; readonly required: Wei },
  { share, ceiling }: BudgetView,
): TransferDecision {
  const paid = vouchered(pair)
  // What is on its way from the payee will lower what it wants when it has verified.
  if (required > paid && required > pair.verified + price) return 'VERIFY_FIRST'
  if (required > paid || pair.verified + price > paid) return 'DEPOSIT_EXHAUSTED'
  return maxWei(share.signed, addWei(share.verified, price)) > ceiling ? 'BUDGET_EXHAUSTED' : 'covered'
}

/**
 * How much the next transfer moves: what is owed, and so much that one chunk of `price` is paid ahead, or what the user allows besides,
 * as far as `left` goes. `undefined` where a chunk is paid ahead already. Pure.
 *
 * SPEC 01 §10.3: "The payer MUST NOT send a transfer by which V exceeds R by more than the price of one chunk, unless the user allowed more"
 */
export function nextTransfer(
  pair: PayerPair,
  { price, prepay, left }: { readonly price: Wei; readonly prepay: Wei; readonly left: Wei },
): Wei | undefined {
  const paid = vouchered(pair)
  const least = subtractWei(addWei(pair.verified, price), paid)
  if (least === 0n) return undefined
  const most = subtractWei(addWei(pair.verified, maxWei(price, prepay)), paid)
  return maxWei(least, minWei(most, left))
}
