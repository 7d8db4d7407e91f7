import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeListing, LISTING_MEDIA_TYPE, MAX_LISTING_BYTES } from '../../content/listing.ts'
import { ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { Random } from '../../system/random.ts'
import type { DownloadDefaults, DownloadDependencies, DownloadJob, PreparedFile } from './dependencies.ts'
import { Download } from './download.ts'
import { ID_BYTES } from './download-id.ts'
import type { FetchedListing } from './resolve-batch.ts'

export interface FetchListingDependencies extends DownloadDependencies {
  readonly random: Random
  readonly settings: DownloadDefaults
  /** Where listings are kept, for the next run of the same command. */
  readonly folder: string
  isWhole(fileHash: FileHash, target: string): Promise<boolean>
}

/**
 * The listing that a file is, if its header record says so. It is fetched for nothing, and refused when it is not what it says.
 * @throws ChiralError `LISTING_INVALID`, `LISTING_PRICED`, and those of a download
 */
export async function fetchListing(
  deps: FetchListingDependencies,
  file: PreparedFile,
  signal: AbortSignal,
): Promise<FetchedListing | undefined> {
  if (file.mimeType !== LISTING_MEDIA_TYPE) return undefined
  const { fileHash, sizeBytes } = file.manifest
  if (sizeBytes > MAX_LISTING_BYTES)
    throw new ChiralError('LISTING_INVALID', `The listing ${fileHash} has ${sizeBytes} bytes, too many for one.`)
  const path = listingPath(deps.folder, fileHash)
  if (!(await deps.isWhole(fileHash, path))) await download(deps, file, path, signal)
  return decodeListing(new Uint8Array(await readFile(path)))
}

/** Where a listing is kept. */
export function listingPath(folder: string, fileHash: FileHash): string {
  return join(folder, `${fileHash}.listing`)
}

async function download(
  deps: FetchListingDependencies,
  file: PreparedFile,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const { fileHash } = file.manifest
  // SPEC 09 §5: "The reader MUST NOT pay for a listing"
  const seeders = file.seeders.filter(({ pricePerMiB }) => pricePerMiB === 0n)
  if (seeders.length === 0)
    throw new ChiralError('LISTING_PRICED', `Every seeder wants money for the listing ${fileHash}: it is not taken.`)
  const downloadId = deps.store.find(fileHash, out)?.downloadId ?? toHex(deps.random.bytes(ID_BYTES))
  const job: DownloadJob = {
    ...deps.settings,
    maxRate: 0,
    sequential: false,
    downloadId,
    budgetId: downloadId,
    batchId: `listing ${fileHash}`, // no download of its own that the user asked for
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
  await deps.store.save(job)
  const fetching = new Download(job, { ...deps, changed: () => {} })
  const stop = (): void => void fetching.stop(undefined)
  signal.addEventListener('abort', stop, { once: true })
  await fetching.run({ ...file, seeders })
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  const { phase, error } = fetching.view()
  if (phase !== 'done')
    throw new ChiralError(error?.code ?? 'SEEDERS_GONE', error?.message ?? 'The listing did not come.')
}
