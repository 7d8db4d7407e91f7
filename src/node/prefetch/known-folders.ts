import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { decodeListing } from '../../content/listing.ts'
import { parseFileHash } from '../../domain/ids.ts'
import { LISTING_SUFFIX } from '../download/fetch-listing.ts'
import type { FolderListing } from './plan.ts'

/** The folders a user looked at last. Each listing may have 4 MiB, and all of them are read after a download. */
const MAX_FOLDERS = 16

/** The listings that were fetched or made here, newest first; what cannot be read is none. */
export async function knownFolders(listingsFolder: string): Promise<FolderListing[]> {
  const names = await readdir(listingsFolder).catch(() => []) // there is none before the first listing
  const paths = names.filter((name) => name.endsWith(LISTING_SUFFIX)).map((name) => join(listingsFolder, name))
  const dated = await Promise.all(
    paths.map(async (path) => ({ path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 })),
  )
  const newest = dated.toSorted((a, b) => b.at - a.at).slice(0, MAX_FOLDERS)
  const folders = await Promise.all(newest.map(({ path }) => readFolder(path).catch(() => undefined)))
  return folders.filter((folder) => folder !== undefined)
}

async function readFolder(path: string): Promise<FolderListing> {
  const { entries } = decodeListing(new Uint8Array(await readFile(path)))
  return { fileHash: parseFileHash(basename(path, LISTING_SUFFIX)), entries }
}
