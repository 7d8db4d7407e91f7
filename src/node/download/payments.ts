import { type DownloadBudget, newBudget } from '../../channel/budget.ts'
import type { Payer } from '../../channel/payer.ts'
import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address, ChannelId } from '../../domain/ids.ts'
import type { DownloadPayments } from './dependencies.ts'

/** Joins downloads to payment channels. */
export function createDownloadPayments({ payer }: { payer: Payer }): DownloadPayments {
  const budgetOf = (downloadId: string): DownloadBudget => {
    try {
      return payer.budget(downloadId)
    } catch (error) {
      if (codeOf(error) !== 'DOWNLOAD_UNKNOWN') throw error
      return newBudget(ZERO_WEI) // not begun yet
    }
  }
  return {
    async begin({ downloadId, maxTotal }) {
      if (maxTotal === undefined)
        throw new ChiralError(
          'BUDGET_REQUIRED',
          'The download has no budget: say how much it may cost with --max-total.',
        )
      await payer.beginDownload({ downloadId, maxTotal })
    },
    end: (downloadId) => payer.endDownload({ downloadId }),
    account: (payee, downloadId) => payer.account(payee, downloadId),
    async openChannel(terms, { downloadId, deposit, topUp, onBlocksLeft, signal }) {
      return payer.ensureChannel({
        payee: terms.payee,
        deposit,
        confirmations: terms.confirmations,
        downloadId,
        topUp,
        onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft),
        signal,
      })
    },
    recordVerified(connection, { downloadId, payee, chunk, price }) {
      payer.recordVerified(connection, { downloadId, payee, chunk, price })
    },
    paidIn(downloadId) {
      const paid = new Map<Address, { amount: Wei; vouchers: number }>()
      for (const share of payer.history())
        if (share.downloadId === downloadId) paid.set(share.payee, { amount: share.signed, vouchers: share.vouchers })
      return paid
    },
    gasSpentIn: (downloadId) => budgetOf(downloadId).gasSpent,
    bookedIn(downloadId) {
      // As the budget itself counts: also what was signed ahead and came back when a channel ended.
      const { exposed, gasSpent, gasReserved } = budgetOf(downloadId)
      return addWei(exposed, addWei(gasSpent, gasReserved))
    },
    affords: (downloadId, inFlight) => payer.affords(downloadId, inFlight),
    depositCovers: (payee, inFlight) => payer.depositCovers(payee, inFlight),
    channelsTo(payee) {
      return payer
        .list()
        .filter((channel) => channel.payee === payee && channel.phase !== 'closed' && channel.phase !== 'opening')
        .map(({ channelId }) => channelId)
    },
    closed: (channelId, signal) => isClosedInTime(payer, channelId, signal),
  }
}

/** False when `signal` aborts before the chain shows the channel closed. */
async function isClosedInTime(payer: Payer, channelId: ChannelId, signal: AbortSignal): Promise<boolean> {
  try {
    await payer.closed(channelId, signal)
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
