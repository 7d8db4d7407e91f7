import type { BatchPayer } from '../../channel/batches/batch-payer.ts'
import { type DownloadBudget, newBudget } from '../../channel/budget.ts'
import type { EscrowPayer, SeederDeposit } from '../../channel/escrow/escrow-payer.ts'
import type { Payer } from '../../channel/payer.ts'
import type { TransferPayer } from '../../channel/transfers/transfer-payer.ts'
import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { confirmationRuleOf } from '../../domain/confirmation-rule.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address, ChannelId } from '../../domain/ids.ts'
import type { DownloadJob, DownloadPayments } from './dependencies.ts'
import type { SourceTerms } from './source-host.ts'

/** Joins downloads to payment channels. */
export function createDownloadPayments({
  payer,
  transfers,
  batchPayer,
  escrows,
}: {
  payer: Payer
  transfers: TransferPayer
  /** Absent in a page, as what follows. */
  batchPayer?: BatchPayer | undefined
  escrows?: EscrowPayer | undefined
}): DownloadPayments {
  const afterwards = (): BatchPayer => {
    if (batchPayer === undefined) throw new ChiralError('USAGE', 'Here nothing is paid afterwards: use channels.')
    return batchPayer
  }
  const locked = (): EscrowPayer => {
    if (escrows === undefined) throw new ChiralError('USAGE', 'Here no coin is locked in escrows: use channels.')
    return escrows
  }
  const allocationOf = (payee: Address, { budgetId, payBy }: Pick<DownloadJob, 'budgetId' | 'payBy'>) =>
    payBy === 'escrow' ? locked().allocationOf(payee, budgetId) : undefined
  const budgetOf = (budgetId: string): DownloadBudget => {
    try {
      return payer.budget(budgetId)
    } catch (error) {
      if (codeOf(error) !== 'DOWNLOAD_UNKNOWN') throw error
      return newBudget(ZERO_WEI) // not begun yet
    }
  }
  return {
    async begin({ budgetId, maxTotal }) {
      if (maxTotal === undefined)
        throw new ChiralError(
          'BUDGET_REQUIRED',
          'The download has no budget: say how much it may cost with --max-total.',
        )
      await payer.beginDownload({ downloadId: budgetId, maxTotal })
    },
    async end(budgetId) {
      await payer.endDownload({ downloadId: budgetId })
      await batchPayer?.end(budgetId)
    },
    account(payee, { budgetId, starts, payBy }, { prepays }) {
      switch (payBy) {
        case 'channel':
          return payer.account(payee, budgetId, { starts, prepays })
        case 'transfer':
          return transfers.account(payee, budgetId)
        case 'batch':
          return afterwards().account(payee, budgetId)
        case 'escrow':
          return payer.account(payee, budgetId, { starts, prepays, escrow: locked().source(payee, budgetId) })
      }
    },
    isForgotten: (payee) => payer.isForgotten(payee),
    async openChannel(terms, { budgetId, deposit, topUp, onBlocksLeft, signal }) {
      // What a batch is about to pay, no voucher may pay as well.
      await batchPayer?.idle(terms.payee)
      return payer.ensureChannel({
        payee: terms.payee,
        deposit,
        ...confirmationRuleOf(terms),
        downloadId: budgetId,
        topUp,
        onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft),
        signal,
      })
    },
    async payFromEscrow(terms, { budgetId, onBlocksLeft, together, ...options }) {
      const depositOf = (seeder: SourceTerms, deposit: Wei): SeederDeposit => ({
        payee: seeder.payee,
        deposit,
        ...confirmationRuleOf(seeder),
      })
      await batchPayer?.idle(terms.payee) // as above
      return locked().ensureAllocation({
        ...options,
        ...depositOf(terms, options.deposit),
        together: together.map((other) => depositOf(other.terms, other.deposit)),
        downloadId: budgetId,
        onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft),
      })
    },
    async endEscrow(budgetId, signal) {
      await locked().end(budgetId, signal)
    },
    payByTransfer: ({ payee, confirmations }, { budgetId, onBlocksLeft, ...options }) =>
      transfers.ensurePaid({
        ...options,
        payee,
        confirmations,
        downloadId: budgetId,
        onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft),
      }),
    buyOnCredit: ({ payee, confirmations }, { budgetId, ...file }) =>
      afterwards().begin({ ...file, payee, confirmations, downloadId: budgetId }),
    async comesBy(payee, { budgetId: downloadId, payBy }, protocol) {
      if (payBy === 'batch') await afterwards().comesBy({ downloadId, payee }, protocol)
      if (payBy === 'escrow') await locked().comesBy({ downloadId, payee }, protocol)
    },
    settleBatch: ({ budgetId, onBlocksLeft, ...options }) =>
      afterwards().settle({
        ...options,
        downloadId: budgetId,
        ...(onBlocksLeft === undefined ? {} : { onProgress: ({ blocksLeft }) => onBlocksLeft(blocksLeft) }),
      }),
    owesInBatch: (budgetId) => afterwards().owedBy(budgetId),
    hasUnshown: (payee) => afterwards().hasUnshown(payee),
    recordVerified(connection, { budgetId, ...delivery }) {
      payer.recordVerified(connection, { downloadId: budgetId, ...delivery })
    },
    bookedChunks: (budgetId, fileHash) => payer.bookedChunks(budgetId, fileHash),
    sellersOf: (chunk, budgetId) => payer.sellersOf(chunk, budgetId),
    paidIn(budgetId) {
      const paid = new Map<Address, { amount: Wei; vouchers: number }>()
      for (const share of payer.history())
        if (share.downloadId === budgetId) paid.set(share.payee, { amount: share.signed, vouchers: share.vouchers })
      return paid
    },
    keptFrom(budgetId) {
      const shares = payer.history()
      const delivered = new Set(shares.filter(({ verified }) => verified > 0n).map(({ payee }) => payee))
      const kept = shares.filter(
        ({ downloadId, payee, signed }) => downloadId === budgetId && signed > 0n && !delivered.has(payee),
      )
      return new Map(kept.map(({ payee, signed }) => [payee, signed]))
    },
    gasSpentIn: (budgetId) => budgetOf(budgetId).gasSpent,
    bookedIn(budgetId) {
      // As the budget itself counts: also what was signed ahead and came back when a channel ended.
      const { exposed, gasSpent, gasReserved } = budgetOf(budgetId)
      return addWei(exposed, addWei(gasSpent, gasReserved))
    },
    affords: (budgetId, inFlight) => payer.affords(budgetId, inFlight),
    depositCovers: (payee, inFlight, job) => payer.depositCovers(payee, inFlight, allocationOf(payee, job)),
    channelsTo(payee, job) {
      if (job.payBy === 'escrow') return [allocationOf(payee, job) ?? []].flat()
      return payer
        .list()
        .filter((channel) => channel.payee === payee && channel.phase !== 'closed' && channel.phase !== 'opening')
        .map(({ channelId }) => channelId)
    },
    hasOpen: (payee) => payer.hasOpen(payee),
    whyNoEscrow: async () =>
      escrows === undefined
        ? new ChiralError('USAGE', 'Here there is no Escrow to pay through: use channels.')
        : escrows.whyNone(),
    unshownTo: (payee, { budgetId }) => escrows?.unshownTo({ payee, downloadId: budgetId }) ?? [],
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
