import type { Wei } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { BatchPayBy } from '../../domain/pay-by.ts'
import type { BatchRequest } from '../batch-types.ts'
import type { BatchFile } from './batch-files.ts'
import type { DownloadJob, DownloadSettings } from './dependencies.ts'
import type { StoredDownload } from './download-store.ts'
import type { SourceTerms } from './source-host.ts'

/** A batch that is to run: whose seeders are chosen, and within what. */
export interface BatchJob {
  readonly batchId: string
  readonly request: BatchRequest
  readonly maxTotal: Wei
  readonly startedAt: number
  readonly starts: number
  readonly settings: DownloadSettings
  readonly payBy: BatchPayBy
}

/** The download of one file of a batch. */
export function memberJob(
  batch: BatchJob,
  file: BatchFile | undefined,
  options: {
    readonly chosen: readonly SourceTerms[]
    readonly find: (fileHash: StoredDownload['fileHash'], out: string) => StoredDownload | undefined
    readonly newId: () => string
  },
): DownloadJob {
  const { batchId, request, maxTotal, startedAt, starts, settings, payBy } = batch
  const fileHash = file?.fileHash
  if (file === undefined || fileHash === undefined)
    throw new ChiralError('NO_SEEDERS', 'Nobody who can be reached offers any file of the batch: try again later.')
  const known = options.find(fileHash, file.target)
  return {
    ...settings,
    downloadId: known?.downloadId ?? options.newId(),
    budgetId: batchId,
    batchId,
    reference: file.reference,
    fileHash,
    out: file.target,
    phase: 'finding',
    maxTotal,
    maxPrice: request.maxPrice,
    bid: request.bid,
    closeChannels: request.closeChannels,
    startedAt: known?.startedAt ?? startedAt,
    starts,
    payBy, // one channel a seeder, or one escrow, for all files
    prepay: undefined,
    overwrite: request.overwrite ?? false,
    maxSources: options.chosen.length || settings.maxSources,
  }
}
