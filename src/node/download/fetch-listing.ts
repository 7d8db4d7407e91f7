import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeListing, LISTING_MEDIA_TYPE, MAX_LISTING_BYTES } from '../../content/listing.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { PreparedFile } from './dependencies.ts'
import { type FetchFreeDependencies, fetchFree, isFree } from './fetch-free.ts'
import type { FetchedListing } from './resolve-batch.ts'

/** What the name of a kept listing ends with, after the id. */
export const LISTING_SUFFIX = '.listing'

export interface FetchListingDependencies extends FetchFreeDependencies {
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
  if (!(await deps.isWhole(fileHash, path))) {
    // SPEC 09 §5: "The reader MUST NOT pay for a listing"
    if (!isFree(file))
      throw new ChiralError('LISTING_PRICED', `Every seeder wants money for the listing ${fileHash}: it is not taken.`)
    await fetchFree(deps, file, { out: path, purpose: 'listing', signal })
  }
  return decodeListing(new Uint8Array(await readFile(path)))
}

/** Where a listing is kept. */
export function listingPath(folder: string, fileHash: FileHash): string {
  return join(folder, `${fileHash}${LISTING_SUFFIX}`)
}
