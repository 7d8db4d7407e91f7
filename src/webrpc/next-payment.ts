import { addWei, maxWei, subtractWei, type Wei } from '../domain/amount.ts'
import type { AccountStatus } from '../in-band/payments.ts'
import { isBatching } from '../in-band/uncovered.ts'
import type { Requested } from './requested.ts'

/** What the payee will wait for when it has sent all that is covered. */
export interface NextPayment {
  readonly price: Wei
  /** The V it takes. */
  readonly required: Wei
}

/**
 * The first chunk asked for that is not covered, while credit is too small for batches. An estimate, which the payee sets right by
 * PAYMENT_DUE. Pure. SPEC 07 §6.4: "While C is less than the price of 8 chunks, the payer SHOULD NOT wait for PAYMENT_DUE."
 *
 * @param promised V as vouchers that are under way raise it.
 */
export function nextPayment(
  status: AccountStatus | undefined,
  promised: Wei,
  requested: Pick<Requested, 'firstBeyond'>,
): NextPayment | undefined {
  if (status === undefined) return undefined
  const { committed, vouchered, credit } = status
  const next = requested.firstBeyond(addWei(maxWei(vouchered, promised), credit), committed)
  if (next === undefined || isBatching(credit, next.price)) return undefined
  return { price: next.price, required: subtractWei(next.committed, credit) }
}
