import { addWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { Share } from './budget.ts'
import type { ShareKey } from './budget-store.ts'

type SignedShare = ShareKey & Share

/**
 * Shares with `signed` lowered by what the chain gave back: where channels to a payee ended with less than was signed, V is below the
 * sum of its shares. That is taken from shares that signed for more than they verified, which is why it came back. Computed and not
 * stored, so a reorg that undoes an end undoes this; the budget itself goes on counting what was signed. Pure.
 */
export function withReturns(shares: readonly SignedShare[], voucheredTo: (payee: Address) => Wei): SignedShare[] {
  const signedTo = new Map<Address, Wei>()
  for (const { payee, signed } of shares) signedTo.set(payee, addWei(signedTo.get(payee) ?? ZERO_WEI, signed))
  const returned = new Map([...signedTo].map(([payee, signed]) => [payee, subtractWei(signed, voucheredTo(payee))]))
  return shares.map((share) => {
    const left = returned.get(share.payee) ?? ZERO_WEI
    const part = minWei(left, subtractWei(share.signed, share.verified))
    returned.set(share.payee, wei(left - part))
    return part === 0n ? share : { ...share, signed: wei(share.signed - part) }
  })
}
