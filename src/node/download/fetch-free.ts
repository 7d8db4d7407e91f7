import { ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Random } from '../../system/random.ts'
import type { DownloadDefaults, DownloadDependencies, DownloadJob, PreparedFile } from './dependencies.ts'
import { Download } from './download.ts'
import { ID_BYTES } from './download-id.ts'

export interface FetchFreeDependencies extends DownloadDependencies {
  readonly random: Random
  readonly settings: DownloadDefaults
}

export interface FetchFreeOptions {
  readonly out: string
  /** What the file is to this node; it is in no list of downloads. */
  readonly purpose: 'listing' | 'ahead'
  readonly signal: AbortSignal
}

/** Whether anybody gives it for nothing. */
export function isFree({ seeders }: Pick<PreparedFile, 'seeders'>): boolean {
  return seeders.some(({ pricePerMiB }) => pricePerMiB === 0n)
}

/**
 * Gets a file that is no download of its own to the user, from those who want nothing for it: no budget, so that nothing can be paid.
 * @throws ChiralError those of a download, the signal's reason; what has come stays, and is gone on with the next time
 */
export async function fetchFree(
  deps: FetchFreeDependencies,
  file: PreparedFile,
  { out, purpose, signal }: FetchFreeOptions,
): Promise<void> {
  const { fileHash } = file.manifest
  const seeders = file.seeders.filter(({ pricePerMiB }) => pricePerMiB === 0n)
  const downloadId = deps.store.find(fileHash, out)?.downloadId ?? toHex(deps.random.bytes(ID_BYTES))
  const job: DownloadJob = {
    ...deps.settings,
    maxRate: 0,
    sequential: false,
    freeSources: false, // nobody asked for it, so no swarm is told of it
    downloadId,
    budgetId: downloadId,
    batchId: `${purpose} ${fileHash}`, // so that it is not resumed as a download that the user asked for
    reference: fileHash,
    fileHash,
    out,
    phase: 'finding',
    maxTotal: ZERO_WEI,
    maxPrice: ZERO_WEI,
    closeChannels: false,
    startedAt: deps.clock.now(),
    starts: 0, // nothing is prepaid for it
    payBy: 'channel',
    prepay: undefined,
    bid: undefined,
    overwrite: true,
  }
  signal.throwIfAborted()
  await deps.store.save(job)
  const fetching = new Download(job, { ...deps, changed: () => {} })
  const stop = (): void => void fetching.stop(undefined)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  else await fetching.run({ ...file, seeders })
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  const { phase, error } = fetching.view()
  if (phase !== 'done')
    throw new ChiralError(error?.code ?? 'SEEDERS_GONE', error?.message ?? `The file ${fileHash} did not come.`)
}
