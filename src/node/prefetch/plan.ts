import type { ListingEntry } from '../../content/listing.ts'
import type { FileHash } from '../../domain/ids.ts'

/** Files ahead of the last one: the one that is opened next, and the one after it while that is read. */
export const FILES_AHEAD = 2

/** As people count: "part 2" before "part 10". */
const NATURAL = new Intl.Collator('en', { numeric: true })

export interface FolderListing {
  readonly fileHash: FileHash
  readonly entries: readonly ListingEntry[]
}

/** What is to be fetched of one folder, next first. */
export interface AheadInFolder {
  readonly listing: FileHash
  readonly files: readonly ListingEntry[]
}

/**
 * What a user who gets files of a folder in their order will ask for next: the files after the last one, when the one before that is here as well. One
 * file of a folder says nothing of the next one, two in a row do. Pure.
 *
 * @param got what just came; of several in one folder the last counts
 * @param limitBytes what all that is fetched ahead may take; a larger file ends the row, since what comes after it is not next
 */
export function planAhead(
  got: ReadonlySet<FileHash>,
  folders: readonly FolderListing[],
  { isHere, limitBytes }: { readonly isHere: (fileHash: FileHash) => boolean; readonly limitBytes: number },
): AheadInFolder[] {
  return folders.flatMap(({ fileHash: listing, entries }) => {
    const inOrder = entries.filter(({ sizeBytes }) => sizeBytes > 0).toSorted((a, b) => NATURAL.compare(a.path, b.path))
    const at = inOrder.findLastIndex(({ fileHash }) => got.has(fileHash))
    const before = inOrder[at - 1]
    if (before === undefined || !isHere(before.fileHash)) return []
    const files: ListingEntry[] = []
    let room = limitBytes
    for (const entry of inOrder.slice(at + 1, at + 1 + FILES_AHEAD)) {
      room -= entry.sizeBytes
      if (room < 0) break
      if (!isHere(entry.fileHash)) files.push(entry)
    }
    return files.length === 0 ? [] : [{ listing, files }]
  })
}
