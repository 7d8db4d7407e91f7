import { addWei, maxWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'

/** The money of one download. Nothing is signed beyond `limit`, over all its sources and its gas. */
export interface DownloadBudget {
  /** The user's limit: vouchers and gas together. */
  readonly limit: Wei
  /** Σ voucher increments of its shares. */
  readonly signed: Wei
  /** Σ max(signed, verified) of its shares: what is signed or will have to be. */
  readonly exposed: Wei
  readonly gasReserved: Wei
  readonly gasSpent: Wei
  readonly ended: boolean
}

/** What one download did with one payee. */
export interface Share {
  readonly signed: Wei
  readonly verified: Wei
  /** How many vouchers were signed. */
  readonly vouchers: number
}

export const EMPTY_SHARE: Share = { signed: ZERO_WEI, verified: ZERO_WEI, vouchers: 0 }

/** What the payer's step needs to know of the budget, for one download and one payee. */
export interface BudgetView {
  readonly share: Share
  /** Most that max(signed, verified) of the share may become. */
  readonly ceiling: Wei
  /** Verified and not yet signed for, by other downloads from the same payee, within their limits. */
  readonly owedElsewhere: Wei
}

export function newBudget(limit: Wei): DownloadBudget {
  return { limit, signed: ZERO_WEI, exposed: ZERO_WEI, gasReserved: ZERO_WEI, gasSpent: ZERO_WEI, ended: false }
}

export function exposure(share: Share): Wei {
  return maxWei(share.signed, share.verified)
}

/** Verified and not yet signed for. */
export function owed(share: Share): Wei {
  return subtractWei(share.verified, share.signed)
}

/** What may still be bought. */
export function leftOf({ limit, exposed, gasReserved, gasSpent }: DownloadBudget): Wei {
  return subtractWei(limit, wei(exposed + gasReserved + gasSpent))
}

/** What the limit leaves for a share, after gas and all other shares. */
export function ceilingOf(budget: DownloadBudget, share: Share): Wei {
  const others = budget.exposed - exposure(share)
  return subtractWei(budget.limit, wei(others + budget.gasReserved + budget.gasSpent))
}

/**
 * Does the limit still cover everything when what is in flight arrives? Chunks that come on credit are paid for later: without this
 * look ahead they could be more than there is money for.
 */
export function affords(
  budget: DownloadBudget,
  shares: readonly { readonly share: Share; readonly inFlight: Wei }[],
): boolean {
  let exposed: bigint = budget.exposed + budget.gasReserved + budget.gasSpent
  for (const { share, inFlight } of shares)
    exposed += maxWei(share.signed, addWei(share.verified, inFlight)) - exposure(share)
  return exposed <= budget.limit
}

/** How much of the share's debt may be signed for. */
export function payableDebt(budget: DownloadBudget, share: Share): Wei {
  return minWei(owed(share), subtractWei(ceilingOf(budget, share), share.signed))
}

/** The budget after one of its shares changed. */
export function withShare(budget: DownloadBudget, before: Share, after: Share): DownloadBudget {
  return {
    ...budget,
    signed: wei(budget.signed - before.signed + after.signed),
    exposed: wei(budget.exposed - exposure(before) + exposure(after)),
  }
}

/** Sets aside what a transaction may cost; `undefined` when the limit does not allow it. */
export function reserveGas(budget: DownloadBudget, amount: Wei): DownloadBudget | undefined {
  const reserved = addWei(budget.gasReserved, amount)
  if (budget.exposed + reserved + budget.gasSpent > budget.limit) return undefined
  return { ...budget, gasReserved: reserved }
}

/** Turns a reservation into what the transaction cost in fact. */
export function spendGas(budget: DownloadBudget, reserved: Wei, fee: Wei): DownloadBudget {
  return {
    ...budget,
    gasReserved: subtractWei(budget.gasReserved, reserved),
    gasSpent: addWei(budget.gasSpent, fee),
  }
}
