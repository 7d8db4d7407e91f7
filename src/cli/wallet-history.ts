import type { HistoryEntry } from '../api/schema.ts'
import { formatCoins } from '../domain/amount.ts'
import { formatTable } from './format.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'

/** Every change of the balance, and the sum that explains it. */
export async function showHistory(output: Output, { client, amount }: Session): Promise<void> {
  const [entries, { balance }] = await Promise.all([client.history(), client.wallet()])
  const sum = entries.reduce((total, { change }) => total + change, 0n)
  if (output.json) output.document({ entries, sum, balance })
  else {
    const header = ['time', 'what', 'change', 'of it gas', 'balance', 'transaction', 'note']
    for (const line of formatTable([header, ...rowsOf(entries)], [2, 3, 4])) output.data(line)
    output.data(`sum ${formatCoins(sum)}  balance ${amount(balance)}`)
  }
  if (sum !== balance)
    output.warn(
      `the history explains ${amount(sum)} of ${amount(balance)}: a transaction is not confirmed yet, or another program uses this wallet.`,
    )
}

function rowsOf(entries: readonly HistoryEntry[]): string[][] {
  let balance = 0n
  return entries.map(({ at, kind, change, fee, transactionHash, note }) => {
    balance += change
    return [
      new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      kind,
      `${change > 0n ? '+' : ''}${formatCoins(change)}`,
      formatCoins(fee),
      formatCoins(balance),
      transactionHash ?? '-',
      note,
    ]
  })
}
