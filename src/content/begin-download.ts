import { dirname } from 'node:path'
import { Bitfield } from '../domain/bitfield.ts'
import { chunkCount } from '../domain/chunk.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { FileSystem, RandomAccessFile } from '../system/file-system.ts'
import { type CopyKind, clearBits, deleteCopy, putCopy, type StoredCopy } from './catalog.ts'
import { targetExists } from './errors.ts'
import { hashIfSame } from './hash-file.ts'
import type { HashPool } from './hash-pool.ts'
import { HeldCopy, isUnchanged } from './held-copy.ts'
import type { Manifest } from './manifest.ts'
import { createPartFile, partExists, partPathOf } from './part-file.ts'

export interface BeginOptions {
  /** Replace another file at the target when the download is finished. */
  readonly overwrite?: boolean
}

export interface BeginContext {
  readonly database: Database
  readonly fileSystem: FileSystem
  readonly clock: Clock
  readonly hashPool?: HashPool
  /** Makes room for so many bytes of a new download. @throws ChiralError `CAPACITY_EXCEEDED` */
  readonly reserve: (sizeBytes: number) => Promise<void>
}

/** A download ready to be written. `file` is `undefined` when nothing is left to write. */
export interface BegunDownload {
  readonly held: HeldCopy
  readonly file: RandomAccessFile | undefined
}

/** Finds out what is there already, under the target's name and the part file's, and goes on from it. */
export async function beginDownload(
  context: BeginContext,
  manifest: Manifest,
  target: { readonly path: string; readonly known: HeldCopy | undefined; readonly overwrite: boolean },
): Promise<BegunDownload> {
  const { path, known } = target
  if (known?.copy.kind === 'partial') return resume(context, manifest, known)
  const stat = await context.fileSystem.stat(path)
  if (stat === undefined && known !== undefined && known.copy.path !== path) {
    const moved = await context.fileSystem.stat(known.copy.path)
    if (moved !== undefined && isUnchanged(known.copy, moved)) return { held: known, file: undefined }
  }
  if (stat !== undefined) {
    if (known !== undefined && isUnchanged(known.copy, stat)) return { held: known, file: undefined }
    const adopted = await adopt(context, manifest, path, known?.copy.kind ?? 'complete')
    if (adopted !== undefined) return adopted
    if (!target.overwrite || !stat.isFile) throw targetExists(path)
  }
  return start(context, manifest, path, known)
}

/** The file at `path` when it is the one asked for: nothing to download, nothing to pay. */
async function adopt(
  { fileSystem, database, clock, hashPool }: BeginContext,
  manifest: Manifest,
  path: string,
  kind: CopyKind,
): Promise<BegunDownload | undefined> {
  const hashed = await hashIfSame(fileSystem, path, manifest, hashPool)
  if (hashed === undefined) return undefined
  const { fileHash, sizeBytes, sha256, mtimeNs } = hashed
  const addedAt = clock.now()
  const copy = await database.write((connection) =>
    putCopy(connection, manifest, {
      fileHash,
      path,
      kind,
      sizeBytes,
      sha256,
      mtimeNs,
      addedAt,
      downloadedTo: undefined,
    }),
  )
  return { held: HeldCopy.whole(copy), file: undefined }
}

async function start(
  context: BeginContext,
  manifest: Manifest,
  path: string,
  known: HeldCopy | undefined,
): Promise<BegunDownload> {
  const { fileSystem, database, clock } = context
  const { fileHash, sizeBytes } = manifest
  const partPath = partPathOf(path, fileHash)
  await context.reserve(sizeBytes)
  await fileSystem.mkdir(dirname(path))
  if ((await fileSystem.stat(partPath)) !== undefined) throw partExists(partPath)
  // The record first: a part file nobody remembers would stand in the way of the next attempt.
  const copy = await database.write((connection) =>
    putCopy(connection, manifest, {
      fileHash,
      path,
      kind: 'partial',
      sizeBytes,
      sha256: undefined,
      mtimeNs: undefined,
      addedAt: clock.now(),
      downloadedTo: undefined,
    }),
  )
  try {
    const file = await createPartFile(fileSystem, partPath, sizeBytes)
    return { held: new HeldCopy(copy, new Bitfield(chunkCount(sizeBytes))), file }
  } catch (error) {
    await database.write((connection) => {
      if (known === undefined) deleteCopy(connection, copy)
      else putCopy(connection, manifest, known.copy)
    })
    throw error
  }
}

async function resume(context: BeginContext, manifest: Manifest, known: HeldCopy): Promise<BegunDownload> {
  const { fileSystem } = context
  const { copy } = known
  const stat = await fileSystem.stat(known.path)
  if (stat?.isFile === true && stat.sizeBytes === copy.sizeBytes)
    return { held: known, file: await fileSystem.open(known.path, 'update') }
  if (stat === undefined && known.have.complete) {
    // Perhaps a crash came between the rename and the record of it.
    const adopted = await adopt(context, manifest, copy.path, 'complete')
    if (adopted !== undefined) return adopted
  }
  return { held: known, file: await startOver(context, known, copy, stat !== undefined) }
}

/** The part file is gone or cut, and its bits with it. */
async function startOver(
  { fileSystem, database }: BeginContext,
  known: HeldCopy,
  copy: StoredCopy,
  exists: boolean,
): Promise<RandomAccessFile> {
  await database.write((connection) => clearBits(connection, copy.id))
  known.have = new Bitfield(chunkCount(copy.sizeBytes))
  if (!exists) {
    await fileSystem.mkdir(dirname(known.path))
    return createPartFile(fileSystem, known.path, copy.sizeBytes)
  }
  const file = await fileSystem.open(known.path, 'update')
  await file.truncate(copy.sizeBytes)
  return file
}
