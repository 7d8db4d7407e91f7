import { dirname } from 'node:path'
import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import type { Database } from '../system/database.ts'
import type { FileSystem } from '../system/file-system.ts'
import type { StoredCopy } from './catalog.ts'
import { fileChanged, fileMissing, ioError, targetExists } from './errors.ts'
import { hashFile } from './hash-file.ts'
import type { HashPool } from './hash-pool.ts'
import type { HeldCopy } from './held-copy.ts'
import { endMove, type JournaledMove, movePathOf, putMove, putPath } from './move-journal.ts'

/** Copied at once: a disk with a head goes to and fro less, and it is little memory. */
const BLOCK_BYTES = 16 * CHUNK_SIZE_BYTES

export interface MoveContext {
  readonly database: Database
  readonly fileSystem: FileSystem
  readonly hashPool?: HashPool | undefined
  /** The file counts at its new path, and is about to be removed from the old one. */
  readonly onMoved: (path: string) => void
}

/**
 * Moves a whole copy to another place, perhaps on another disk: copied, read back against its id, durable under its new name, then counted
 * there, and only then removed from the old place. It can be read all the time.
 *
 * @throws ChiralError `TARGET_EXISTS`, `FILE_CHANGED`, `FILE_MISSING`, `DISK_FULL`, `PATH_DENIED`, `IO_FAILED`, the signal's reason;
 *   the copy is then where it was
 */
export async function moveCopy(
  context: MoveContext,
  held: HeldCopy,
  toPath: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, fileSystem } = context
  const { copy } = held
  const { fileHash, path: fromPath, sizeBytes, mtimeNs } = copy
  if (mtimeNs === undefined) throw fileChanged(fromPath)
  for (const path of [toPath, movePathOf(toPath)])
    if ((await fileSystem.stat(path)) !== undefined) throw targetExists(path)
  let move: JournaledMove = { fileHash, fromPath, toPath, sizeBytes, fromMtimeNs: mtimeNs, toMtimeNs: undefined }
  try {
    await fileSystem.mkdir(dirname(toPath))
    await database.write((connection) => putMove(connection, move))
    move = { ...move, toMtimeNs: await copyFile(context, copy, movePathOf(toPath), signal) }
    await database.write((connection) => putMove(connection, move))
    await held.move(() => place(context, { ...copy, path: toPath, mtimeNs: move.toMtimeNs }))
  } catch (error) {
    // What cannot be tidied up now is at the next start.
    await endMove(context, move).catch(() => {})
    throw ioError(error, toPath)
  }
  context.onMoved(fromPath)
  await endMove(context, move)
}

/** @returns the time of the copy, whose bytes are durable and those of the id */
async function copyFile(
  { fileSystem, hashPool }: MoveContext,
  copy: StoredCopy,
  path: string,
  signal: AbortSignal,
): Promise<bigint> {
  const from = await fileSystem.open(copy.path, 'read')
  try {
    const to = await fileSystem.open(path, 'create')
    try {
      const block = new Uint8Array(BLOCK_BYTES)
      for (let at = 0; at < copy.sizeBytes; at += BLOCK_BYTES) {
        signal.throwIfAborted()
        const length = await from.read(block, at)
        await to.write(block.subarray(0, length), at)
      }
      await to.sync()
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
  const hashed = await hashFile(path, { fileSystem, signal, ...(hashPool === undefined ? {} : { pool: hashPool }) })
  if (hashed.fileHash !== copy.fileHash) throw fileChanged(copy.path)
  return hashed.mtimeNs
}

/** The name, durable, and then the record. */
async function place({ database, fileSystem }: MoveContext, copy: StoredCopy): Promise<StoredCopy> {
  await fileSystem.rename(movePathOf(copy.path), copy.path, { overwrite: false })
  await fileSystem.syncDirectory(dirname(copy.path))
  const isStored = await database.write((connection) => putPath(connection, copy))
  if (!isStored) throw fileMissing(copy.path)
  return copy
}
