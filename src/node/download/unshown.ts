import { messageOf } from '../../domain/errors.ts'
import { inBandOf } from '../../domain/in-band-protocol.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { SourceTerms } from './source-host.ts'

/**
 * Shows a seeder the receipts that other downloads signed for it and could not hand over: it was away when they ended. A receipt counts as paid once it is
 * signed, so without them the seeder wants more than this side believes to owe, and no voucher of this download makes up for it.
 *
 * What fails is tried again before the next stream; an escrow that is still bought from is shown nothing new.
 */
export async function showReceipts(
  terms: SourceTerms,
  { job, deps, signal }: { job: DownloadJob; deps: DownloadDependencies; signal: AbortSignal },
): Promise<void> {
  for (const budgetId of deps.payments.unshownTo(terms.payee, job)) {
    const other: DownloadJob = { ...job, budgetId, payBy: 'escrow' }
    try {
      const client = await deps.connect(terms, { job: other, protocol: inBandOf(job.protocol), paid: true, signal })
      await client.settle().finally(() => client.close())
    } catch (error) {
      signal.throwIfAborted()
      const reason = messageOf(error)
      deps.log.info({ peer_id: terms.peerId, reason }, 'a seeder was not shown the receipts of another download')
    }
  }
}
