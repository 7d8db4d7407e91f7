import type { Wei } from './amount.ts'

/** How deep a deposit must lie in the chain before it counts. Depths are blocks on top of the one that holds it. */
export interface ConfirmationRule {
  /** For all of it; also for the end of a channel. */
  readonly confirmations: number
  /** What may count sooner. */
  readonly small?: SmallDepositRule
}

/** So much of a deposit counts at a smaller depth: who undoes it gains less than the blocks it takes are worth. */
export interface SmallDepositRule {
  readonly amount: Wei
  readonly confirmations: number
}

/** Where no chain says otherwise: a block on top means that most miners have taken it up. */
export const SMALL_CONFIRMATIONS = 1

/** The depth at which a deposit of this size counts as a whole. */
export function confirmationsFor(rule: ConfirmationRule, deposit: Wei): number {
  const { confirmations, small } = rule
  return small !== undefined && deposit <= small.amount ? Math.min(small.confirmations, confirmations) : confirmations
}

/** The rule in what carries it among other things. */
export function confirmationRuleOf({ confirmations, small }: ConfirmationRule): ConfirmationRule {
  return { confirmations, ...(small === undefined ? {} : { small }) }
}
