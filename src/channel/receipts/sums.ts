import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { ReceiptEntry } from './entry.ts'

/** What the entries that hold add up to, for one channel in one role. */
export interface Sums {
  readonly vouchered: Wei
  readonly deposited: Wei
  readonly settled: Wei
}

export const NO_SUMS: Sums = { vouchered: ZERO_WEI, deposited: ZERO_WEI, settled: ZERO_WEI }

/** The sums after one more entry. Of a channel that ended, nothing is deposited or settled any more. */
export function withEntry(
  sums: Sums,
  { kind, cumulativeAmount }: Pick<ReceiptEntry, 'kind' | 'cumulativeAmount'>,
): Sums {
  const total = cumulativeAmount ?? ZERO_WEI
  switch (kind) {
    case 'voucher':
    case 'receipt':
      return { ...sums, vouchered: total }
    case 'opened':
      return { ...sums, deposited: total, settled: ZERO_WEI }
    case 'toppedUp':
      return { ...sums, deposited: total }
    case 'redeemed':
      return { ...sums, settled: total }
    case 'closed':
      return { ...sums, deposited: ZERO_WEI, settled: ZERO_WEI }
    case 'closeRequested':
    case 'transferred':
    case 'quoted':
    case 'undone':
      return sums
  }
}

/** The sums of the entries of one channel and role, in the order of the log, without those that were undone. */
export function sumsOf(entries: readonly ReceiptEntry[]): Sums {
  const undone = new Set(entries.map(({ undoes }) => undoes))
  return entries.filter(({ sequence }) => !undone.has(sequence)).reduce(withEntry, NO_SUMS)
}
