import { addWei, minWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Address, ChannelId } from '../../domain/ids.ts'
import { findChannel } from '../books.ts'
import { planChannel } from '../open-plan.ts'
import type { PayerPair } from '../payer-state.ts'
import type { Allocation } from './escrow-chain.ts'

/** A seeder that is to be paid from an escrow, and what the books say of it. */
export interface WantedSeeder {
  readonly seeder: Address
  readonly pair: PayerPair
  readonly allocationId: ChannelId
  /** What should be left to spend. */
  readonly deposit: Wei
  /** More than that was asked for: what is there already is raised. */
  readonly more: boolean
  /** The escrow holds nothing more for it, ever. */
  readonly isClosed: boolean
}

export type EscrowPlan =
  | { readonly kind: 'enough' }
  | { readonly kind: 'topUp'; readonly value: Wei }
  | { readonly kind: 'allocate'; readonly allocations: readonly Allocation[] }

/** What each seeder lacks of what it is to have. An allocation that ended is not raised. Pure. */
export function missingAllocations(wanted: readonly WantedSeeder[]): Allocation[] {
  return wanted.flatMap(({ seeder, pair, allocationId, deposit, more, isClosed }) => {
    if (isClosed || deposit === 0n) return []
    const channel = findChannel(pair, allocationId)
    if (channel !== undefined && channel.phase !== 'opening' && channel.phase !== 'open') return []
    const plan = planChannel(pair, deposit, { mayTopUp: more, allocationId })
    if (plan.kind === 'open') return [{ seeder, amount: deposit }]
    return plan.kind === 'topUp' ? [{ seeder, amount: subtractWei(plan.target, plan.channel.deposit) }] : []
  })
}

/** The next transaction on an escrow of which `free` is allocated to nobody: what lacks is paid in first. Pure. */
export function planEscrow(missing: readonly Allocation[], free: Wei): EscrowPlan {
  const sum = sumOf(missing)
  if (sum === 0n) return { kind: 'enough' }
  return sum > free ? { kind: 'topUp', value: subtractWei(sum, free) } : { kind: 'allocate', allocations: missing }
}

/**
 * What is locked beside the first allocations: as much as a seeder was allocated on average, for one that comes later or is quicker than the rest, as far
 * as the wallet can spare it. What is not used comes back with the rest. Pure.
 */
export function reserveFor(allocations: readonly Pick<Allocation, 'amount'>[], spare: Wei): Wei {
  if (allocations.length < 2) return ZERO_WEI
  return minWei((sumOf(allocations) / BigInt(allocations.length)) as Wei, spare) // the brand: a part of an amount
}

export function sumOf(allocations: readonly Pick<Allocation, 'amount'>[]): Wei {
  return allocations.reduce((sum, { amount }) => addWei(sum, amount), ZERO_WEI)
}
