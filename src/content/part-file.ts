import { basename, dirname, join } from 'node:path'
import { utf8Length } from '../domain/bytes.ts'
import { ChiralError } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { FileSystem, RandomAccessFile } from '../system/file-system.ts'
import { ioError } from './errors.ts'

/** Marks a file as an unfinished download. */
export const PART_SUFFIX = '.chiral-part'
/** The longest name most file systems take, in bytes. */
const MAX_NAME_BYTES = 255

/** Where the download of `fileHash` to `targetPath` grows: beside its target, so that finishing is a rename. */
export function partPathOf(targetPath: string, fileHash: FileHash): string {
  const name = basename(targetPath) + PART_SUFFIX
  const fits = utf8Length(name) <= MAX_NAME_BYTES
  return join(dirname(targetPath), fits ? name : fileHash + PART_SUFFIX)
}

/** A new part file of its final length, all hole. Its name is durable: a bit must not outlive the file it speaks of. */
export async function createPartFile(
  fileSystem: FileSystem,
  path: string,
  sizeBytes: number,
): Promise<RandomAccessFile> {
  try {
    const file = await fileSystem.open(path, 'create')
    try {
      // The length needs no sync of its own: the first chunk's sync covers it, and a cut file without bits starts over.
      await file.truncate(sizeBytes)
      // SPEC 05 §6: "A new part file's name MUST be durable before its first bit."
      await fileSystem.syncDirectory(dirname(path))
    } catch (error) {
      await file.close()
      await fileSystem.unlink(path).catch(() => {})
      throw error
    }
    return file
  } catch (error) {
    throw ioError(error, path)
  }
}

export function partExists(path: string): ChiralError {
  return new ChiralError(
    'PART_EXISTS',
    `${path} is there and belongs to no download of this node: remove it or choose another name.`,
    { details: { path } },
  )
}
