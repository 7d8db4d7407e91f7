import { resolve } from 'node:path'
import type { Bitfield } from '../domain/bitfield.ts'
import { chunkCount } from '../domain/chunk.ts'
import { ChiralError } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import { type FailPoints, noFailPoints } from '../system/fail-points.ts'
import type { FileSystem } from '../system/file-system.ts'
import { type BeginOptions, beginDownload } from './begin-download.ts'
import { deleteCopy, loadBits, loadCopies, loadManifest, migrateCatalog, putCopy, type StoredCopy } from './catalog.ts'
import { ChunkReader, type FileStatus } from './chunk-reader.ts'
import { type ChunkWriter, PartWriter } from './chunk-writer.ts'
import { fileChanged, fileMissing, ioError, targetBusy } from './errors.ts'
import type { HashedFile } from './hash-file.ts'
import type { HashPool } from './hash-pool.ts'
import { HeldCopies } from './held-copies.ts'
import { HeldCopy } from './held-copy.ts'
import { createManifest, type Manifest } from './manifest.ts'
import { type ChunkTree, createChunkTree } from './merkle.ts'
import { partPathOf } from './part-file.ts'

export interface StoredFile extends Omit<StoredCopy, 'id' | 'mtimeNs'> {
  readonly chunkCount: number
  readonly chunksHeld: number
}

/** The files of this node: seeded in place, downloaded, or on the way. */
export interface ContentStore {
  /** Seeds the file at `path` in place. @throws ChiralError `FILE_CHANGED` since it was hashed, `FILE_MISSING`, `TARGET_BUSY` */
  addShared(path: string, hashed: HashedFile): Promise<StoredFile>
  /** Forgets the shared and finished copies of a file; the files themselves stay. False when there is none. */
  removeShared(fileHash: FileHash): Promise<boolean>
  /**
   * Begins a download, or goes on with it. When the very file is at the target, the writer has all of it.
   *
   * @throws ChiralError `TARGET_EXISTS` (another file), `TARGET_BUSY` (another download), `PART_EXISTS`,
   *   `CAPACITY_EXCEEDED`, `DISK_FULL`, `PATH_DENIED`, `IO_FAILED`
   */
  beginDownload(manifest: Manifest, targetPath: string, options?: BeginOptions): Promise<ChunkWriter>
  /** @throws ChiralError `CHUNK_NOT_HELD`, `FILE_CHANGED`, `FILE_MISSING`, `PATH_DENIED`, `IO_FAILED` */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
  /** The hashes that prove a chunk's hash against the pieces root; `undefined` when the file is not known. */
  prove(fileHash: FileHash, chunkIndex: number): Uint8Array[] | undefined
  /** The chunks held here, in all copies together; of an unknown file: of length 0. May be live, and is not to be changed. */
  have(fileHash: FileHash): Bitfield
  manifestOf(fileHash: FileHash): Manifest | undefined
  /** One entry a copy, oldest first. */
  list(): StoredFile[]
  statusOf(fileHash: FileHash): Promise<FileStatus>
  /** Bytes that count against the capacity: the full sizes of downloads, finished or not. */
  readonly usedBytes: number
  /** Closes files open for reading. Writers are closed by their owners. */
  close(): void
}

export interface ContentStoreParts {
  readonly database: Database
  readonly fileSystem: FileSystem
  readonly clock: Clock
  /** The most that downloads may take, in bytes; shared files do not count. */
  readonly capacityBytes: number
  readonly failPoints?: FailPoints
  readonly hashPool?: HashPool
}

/** Manifests and proof trees kept in memory: a file of 4 GiB has 0.5 MiB of hashes, and as much again in its tree. */
const MAX_CACHED_MANIFESTS = 32
/** The status of a file with several copies is that of its best. */
const STATUS_ORDER: readonly FileStatus[] = ['available', 'partial', 'changed', 'missing']

/** Opens the store over what the database remembers. */
export function createContentStore(parts: ContentStoreParts): ContentStore {
  migrateCatalog(parts.database)
  return new DiskContentStore(parts)
}

class DiskContentStore implements ContentStore {
  readonly #parts: ContentStoreParts
  readonly #reader: ChunkReader
  readonly #held = new HeldCopies()
  /** Least recently used first. */
  readonly #cache = new Map<FileHash, { readonly manifest: Manifest; tree: ChunkTree | undefined }>()
  /** Target paths with an open writer, and the bytes each has reserved that no copy counts yet. */
  readonly #busy = new Map<string, number>()

  constructor(parts: ContentStoreParts) {
    this.#parts = parts
    this.#reader = new ChunkReader(parts.fileSystem)
    parts.database.read((connection) => {
      for (const copy of loadCopies(connection))
        this.#held.put(copy.kind === 'partial' ? new HeldCopy(copy, loadBits(connection, copy)) : HeldCopy.whole(copy))
    })
  }

  async addShared(path: string, hashed: HashedFile): Promise<StoredFile> {
    const { database, fileSystem, clock } = this.#parts
    const { fileHash, sizeBytes, sha256, mtimeNs } = hashed
    const absolute = resolve(path)
    if (this.#busy.has(absolute) || this.#held.at(fileHash, absolute)?.copy.kind === 'partial')
      throw targetBusy(absolute)
    const stat = await fileSystem.stat(absolute).catch((error: unknown) => Promise.reject(ioError(error, absolute)))
    if (stat === undefined) throw fileMissing(absolute)
    if (stat.sizeBytes !== sizeBytes || stat.mtimeNs !== mtimeNs) throw fileChanged(absolute)
    const manifest = createManifest(hashed)
    const shared = {
      fileHash,
      path: absolute,
      kind: 'shared',
      sizeBytes,
      sha256,
      mtimeNs,
      addedAt: clock.now(),
    } as const
    const copy = await database.write((connection) => putCopy(connection, manifest, shared))
    this.#reader.forget(absolute)
    const held = HeldCopy.whole(copy)
    this.#held.put(held)
    return storedFileOf(held)
  }

  async removeShared(fileHash: FileHash): Promise<boolean> {
    const removed = this.#held.of(fileHash).filter((held) => held.copy.kind !== 'partial')
    await this.#parts.database.write((connection) => {
      for (const held of removed) deleteCopy(connection, held.copy)
    })
    for (const held of removed) this.#remove(held)
    return removed.length > 0
  }

  async beginDownload(manifest: Manifest, targetPath: string, options: BeginOptions = {}): Promise<ChunkWriter> {
    const { failPoints = noFailPoints, ...parts } = this.#parts
    const path = resolve(targetPath)
    const { fileHash } = manifest
    if (this.#busy.has(path) || this.#held.hasOtherDownloadTo(path, fileHash)) throw targetBusy(path)
    this.#busy.set(path, 0)
    try {
      const reserve = (sizeBytes: number): Promise<void> => this.#reserve(path, sizeBytes)
      const overwrite = options.overwrite === true
      const target = { path, known: this.#held.at(fileHash, path), overwrite }
      const { held, file } = await beginDownload({ ...parts, reserve }, manifest, target)
      this.#held.put(held)
      this.#busy.set(path, 0)
      const partPath = partPathOf(path, fileHash)
      const onEnd = ({ removed }: { readonly removed: boolean }): void => {
        this.#busy.delete(path)
        this.#reader.forget(partPath)
        if (removed) this.#remove(held)
      }
      return new PartWriter({ ...parts, failPoints, held, manifest, partPath, file, overwrite, onEnd })
    } catch (error) {
      this.#busy.delete(path)
      throw ioError(error, path)
    }
  }

  async read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array> {
    let failure: unknown = new ChiralError('CHUNK_NOT_HELD', `Chunk ${chunkIndex} of ${fileHash} is not stored here.`, {
      details: { fileHash, chunkIndex },
    })
    for (const held of this.#held.of(fileHash)) {
      if (!held.have.has(chunkIndex)) continue
      try {
        return await this.#reader.read(held, chunkIndex)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  prove(fileHash: FileHash, chunkIndex: number): Uint8Array[] | undefined {
    const cached = this.#cached(fileHash)
    if (cached === undefined) return undefined
    cached.tree ??= createChunkTree(cached.manifest.chunkHashes)
    return cached.tree.prove(chunkIndex)
  }

  have(fileHash: FileHash): Bitfield {
    return this.#held.have(fileHash)
  }

  manifestOf(fileHash: FileHash): Manifest | undefined {
    return this.#cached(fileHash)?.manifest
  }

  list(): StoredFile[] {
    return this.#held.all().map(storedFileOf)
  }

  async statusOf(fileHash: FileHash): Promise<FileStatus> {
    const found = await Promise.all(this.#held.of(fileHash).map((held) => this.#reader.statusOf(held)))
    return STATUS_ORDER.find((status) => found.includes(status)) ?? 'unknown'
  }

  get usedBytes(): number {
    return sumSizes(this.#held.all().filter((held) => held.copy.kind !== 'shared'))
  }

  close(): void {
    this.#reader.close()
  }

  async #reserve(path: string, sizeBytes: number): Promise<void> {
    const { capacityBytes } = this.#parts
    const reserved = [...this.#busy.values()].reduce((sum, bytes) => sum + bytes, 0)
    const over = this.usedBytes + reserved + sizeBytes - capacityBytes
    // Reserved before anything is awaited: two downloads that begin at once must not both take the last of the room.
    this.#busy.set(path, sizeBytes)
    if (over <= 0 || over <= (await this.#goneBytes())) return
    throw new ChiralError(
      'CAPACITY_EXCEEDED',
      `${path} needs ${over} bytes more than the ${capacityBytes} bytes that downloads may take: remove downloads or raise the limit.`,
      { details: { path, sizeBytes, capacityBytes } },
    )
  }

  /** Finished downloads that the user has since removed take no room. */
  async #goneBytes(): Promise<number> {
    const finished = this.#held.all().filter((held) => held.copy.kind === 'complete')
    const statuses = await Promise.all(finished.map((held) => this.#reader.statusOf(held)))
    return sumSizes(finished.filter((_, index) => statuses[index] === 'missing'))
  }

  #remove(held: HeldCopy): void {
    this.#held.remove(held)
    this.#reader.forget(held.path)
    if (this.#held.of(held.copy.fileHash).length === 0) this.#cache.delete(held.copy.fileHash)
  }

  #cached(fileHash: FileHash): { readonly manifest: Manifest; tree: ChunkTree | undefined } | undefined {
    let entry = this.#cache.get(fileHash)
    if (entry === undefined) {
      const manifest = this.#parts.database.read((connection) => loadManifest(connection, fileHash))
      if (manifest === undefined) return undefined
      entry = { manifest, tree: undefined }
    }
    this.#cache.delete(fileHash)
    this.#cache.set(fileHash, entry)
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > MAX_CACHED_MANIFESTS && oldest !== undefined) this.#cache.delete(oldest)
    return entry
  }
}

function sumSizes(copies: readonly HeldCopy[]): number {
  return copies.reduce((sum, held) => sum + held.copy.sizeBytes, 0)
}

function storedFileOf({ copy, have }: HeldCopy): StoredFile {
  const { fileHash, path, kind, sizeBytes, sha256, addedAt } = copy
  const chunksHeld = have.count
  return { fileHash, path, kind, sizeBytes, sha256, addedAt, chunkCount: chunkCount(sizeBytes), chunksHeld }
}
