import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HashedFile } from '../content/hash-file.ts'
import { toHex } from '../domain/bytes.ts'
import { sha256 } from '../system/sha256.ts'
import { listingPath } from './download/fetch-listing.ts'

/**
 * Writes a listing to where it is seeded from, under its own id, and hashes it there. One that is there already, by an earlier share
 * of the same folder, stays as it is: its time is part of what is known of it.
 */
export async function storeListing(
  folder: string,
  bytes: Uint8Array,
  hash: (path: string) => Promise<HashedFile>,
): Promise<{ readonly path: string; readonly hashed: HashedFile }> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fresh = join(folder, `${toHex(sha256(bytes))}.new`)
  await writeFile(fresh, bytes, { flush: true })
  const { fileHash } = await hash(fresh)
  const path = listingPath(folder, fileHash)
  const known = await hash(path).catch(() => undefined)
  if (known?.fileHash === fileHash) await rm(fresh)
  else await rename(fresh, path)
  return { path, hashed: await hash(path) }
}
