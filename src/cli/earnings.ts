import type { Channel, HistoryEntry } from '../api/schema.ts'

/** What a payee was promised or paid since its first voucher, and how much of it is on the chain. */
export interface Earnings {
  readonly earned: bigint
  readonly redeemed: bigint
  readonly payers: number
}

/** Kinds of history entries that are payments of a channel to us; what comes back to a payer is a `refund`. */
const PAYMENTS = ['redeemed', 'closed']

/** Payments that arrived, and what is vouchered on open channels on top of them. */
export function earningsOf(channels: readonly Channel[], history: readonly HistoryEntry[]): Earnings {
  const paying = channels.filter(({ role }) => role === 'payee')
  const redeemed = history.reduce((sum, { kind, change }) => (PAYMENTS.includes(kind) ? sum + change : sum), 0n)
  const open = paying.reduce(
    (sum, { vouchered, settled }) => (vouchered > settled ? sum + vouchered - settled : sum),
    0n,
  )
  return { earned: redeemed + open, redeemed, payers: paying.length }
}

/** What came since `before`. */
export function earnedSince(before: Earnings, now: Earnings): Earnings {
  return { earned: now.earned - before.earned, redeemed: now.redeemed - before.redeemed, payers: now.payers }
}
