import { messageOf } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import { inBandOf } from '../../domain/in-band-protocol.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { StoredDownload } from './download-store.ts'
import type { SourceTerms } from './source-host.ts'
import { isUnderWay } from './under-way.ts'

/**
 * Shows a seeder the receipts that other downloads signed for it and could not hand over: it was away when they ended. A receipt counts as paid once it is
 * signed, so without them the seeder wants more than this side believes to owe, and no voucher of this download makes up for it.
 *
 * What is under way shows its own. What fails is tried again before the next stream.
 *
 * @param shown by payee what was shown; added to. The books tell only when the chain has paid it.
 */
export async function showReceipts(
  terms: SourceTerms,
  shown: Map<Address, Set<string>>,
  { job, deps, signal }: { job: DownloadJob; deps: DownloadDependencies; signal: AbortSignal },
): Promise<void> {
  const before = shown.get(terms.payee) ?? new Set()
  shown.set(terms.payee, before)
  const unshown = deps.payments.unshownTo(terms.payee, job).filter((budgetId) => !before.has(budgetId))
  if (unshown.length === 0) return
  const underWay = new Set(deps.store.list().flatMap((stored) => (isUnderWay(stored) ? budgetOf(stored) : [])))
  for (const budgetId of unshown.filter((each) => !underWay.has(each))) {
    const other: DownloadJob = { ...job, budgetId, payBy: 'escrow' }
    try {
      const client = await deps.connect(terms, { job: other, protocol: inBandOf(job.protocol), paid: true, signal })
      await client.settle().finally(() => client.close())
      before.add(budgetId)
    } catch (error) {
      signal.throwIfAborted()
      const reason = messageOf(error)
      deps.log.info({ peer_id: terms.peerId, reason }, 'a seeder was not shown the receipts of another download')
    }
  }
}

function budgetOf({ batchId, downloadId }: StoredDownload): string {
  return batchId ?? downloadId
}
