import { dirname } from 'node:path'
import { type FileHash, parseFileHash } from '../domain/ids.ts'
import type { Connection, Database } from '../system/database.ts'
import type { FileSystem } from '../system/file-system.ts'
import type { StoredCopy } from './catalog.ts'
import { isUnchanged } from './held-copy.ts'

/** A move of a copy, written down before the first byte, so that a crash leaves nothing that nobody knows. */
export interface JournaledMove {
  readonly fileHash: FileHash
  readonly fromPath: string
  readonly toPath: string
  readonly sizeBytes: number
  readonly fromMtimeNs: bigint
  /** Of the copy made, once it is whole. */
  readonly toMtimeNs: bigint | undefined
}

/** Marks a copy that is being made. */
const MOVE_SUFFIX = '.chiral-move'

export function movePathOf(toPath: string): string {
  return toPath + MOVE_SUFFIX
}

export function putMove(connection: Connection, move: JournaledMove): void {
  connection.run(
    'INSERT OR REPLACE INTO content_moves VALUES (?, ?, ?, ?, ?, ?)',
    move.fileHash,
    move.fromPath,
    move.toPath,
    move.sizeBytes,
    String(move.fromMtimeNs),
    move.toMtimeNs === undefined ? null : String(move.toMtimeNs),
  )
}

export function deleteMove(connection: Connection, { fileHash, fromPath }: JournaledMove): void {
  connection.run('DELETE FROM content_moves WHERE file_hash = ? AND from_path = ?', fileHash, fromPath)
}

/** Gives a copy its new place; false when it is stored here no more. */
export function putPath(connection: Connection, copy: StoredCopy): boolean {
  const { changes } = connection.run(
    'UPDATE content_copies SET path = ?, mtime_ns = ? WHERE id = ? AND file_hash = ?',
    copy.path,
    String(copy.mtimeNs),
    copy.id,
    copy.fileHash,
  )
  return changes > 0
}

/** After a crash: removes of each move under way the copy that does not count, and nothing that is not its own work. */
export async function undoMoves(parts: { database: Database; fileSystem: FileSystem }): Promise<void> {
  const moves = parts.database.read((connection) =>
    connection.all('SELECT * FROM content_moves').map((row) => ({
      fileHash: parseFileHash(String(row.file_hash)),
      fromPath: String(row.from_path),
      toPath: String(row.to_path),
      sizeBytes: Number(row.size_bytes),
      fromMtimeNs: BigInt(String(row.from_mtime_ns)),
      toMtimeNs: row.to_mtime_ns == null ? undefined : BigInt(String(row.to_mtime_ns)),
    })),
  )
  for (const move of moves) await endMove(parts, move)
}

/** Removes what is left over of a move, whichever way it ended, and then its record. */
export async function endMove(
  { database, fileSystem }: { database: Database; fileSystem: FileSystem },
  move: JournaledMove,
): Promise<void> {
  const paths = database.read((connection) =>
    connection.all('SELECT path FROM content_copies WHERE file_hash = ?', move.fileHash).map(({ path }) => path),
  )
  const { fromPath, toPath, sizeBytes, fromMtimeNs, toMtimeNs } = move
  await removeIf(fileSystem, movePathOf(toPath), () => true)
  // Where neither place counts the file is shared no more, and stays wherever it is.
  if (paths.includes(toPath))
    await removeIf(fileSystem, fromPath, (stat) => isUnchanged({ sizeBytes, mtimeNs: fromMtimeNs }, stat))
  else if (paths.includes(fromPath) && toMtimeNs !== undefined)
    await removeIf(fileSystem, toPath, (stat) => isUnchanged({ sizeBytes, mtimeNs: toMtimeNs }, stat))
  await database.write((connection) => deleteMove(connection, move))
}

async function removeIf(
  fileSystem: FileSystem,
  path: string,
  isOurs: (stat: Parameters<typeof isUnchanged>[1]) => boolean,
): Promise<void> {
  const stat = await fileSystem.stat(path)
  if (stat === undefined || !isOurs(stat)) return
  await fileSystem.unlink(path)
  await fileSystem.syncDirectory(dirname(path))
}
