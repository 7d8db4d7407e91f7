import { resolve } from 'node:path'
import type { Bitfield } from '../domain/bitfield.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import { type FailPoints, noFailPoints } from '../system/fail-points.ts'
import type { FileSystem } from '../system/file-system.ts'
import { type BeginOptions, beginDownload } from './begin-download.ts'
import { Capacity } from './capacity.ts'
import { deleteCopy, loadBits, loadCopies, migrateCatalog, putCopy } from './catalog.ts'
import { ChunkReader, type FileStatus, type ReadOptions } from './chunk-reader.ts'
import { type ChunkWriter, PartWriter } from './chunk-writer.ts'
import { fileChanged, fileMissing, ioError, notHeld, targetBusy } from './errors.ts'
import type { HashedFile } from './hash-file.ts'
import type { HashPool } from './hash-pool.ts'
import { HeldCopies } from './held-copies.ts'
import { HeldCopy } from './held-copy.ts'
import { createManifest, type Manifest } from './manifest.ts'
import { ManifestCache } from './manifest-cache.ts'
import type { ContentMetrics } from './metrics.ts'
import { moveCopy } from './move-copy.ts'
import { undoMoves } from './move-journal.ts'
import { partPathOf } from './part-file.ts'
import { removeFile } from './remove-file.ts'
import { type StoredFile, storedFileOf } from './stored-file.ts'

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
  /**
   * The bytes may be in memory for others as well: they are not to be changed, nor transferred to a thread.
   *
   * @throws ChiralError `CHUNK_NOT_HELD`, `FILE_CHANGED`, `FILE_MISSING`, `PATH_DENIED`, `IO_FAILED`
   */
  read(fileHash: FileHash, chunkIndex: number, options?: ReadOptions): Promise<Uint8Array>
  /** The hashes that prove a chunk's hash against the pieces root; `undefined` when the file is not known. */
  prove(fileHash: FileHash, chunkIndex: number): Uint8Array[] | undefined
  /** The chunks held for a download to this target; `undefined` when none was begun. A copy elsewhere is not part of it. */
  haveAt(fileHash: FileHash, targetPath: string): Bitfield | undefined
  /** What a look at the disk says of that copy: of one that is `missing` or `changed` nothing is held any more. */
  statusAt(fileHash: FileHash, targetPath: string): Promise<FileStatus | undefined>
  /** The chunks held here, in all copies together; of an unknown file: of length 0. May be live, and is not to be changed. */
  have(fileHash: FileHash): Bitfield
  manifestOf(fileHash: FileHash): Manifest | undefined
  /** Where the copy at `path` is now, should it have been moved. */
  pathOf(fileHash: FileHash, path: string): string
  /** One entry a copy, oldest first. */
  list(): StoredFile[]
  /** The whole files that downloads of this node put where they are: those that may be moved. */
  downloaded(): StoredFile[]
  /**
   * Moves one of them, see {@link moveCopy}.
   * @throws ChiralError `TARGET_BUSY`, `CHUNK_NOT_HELD` when there is no such file any more, and those of `moveCopy`
   */
  move(file: Pick<StoredFile, 'fileHash' | 'path'>, toPath: string, signal: AbortSignal): Promise<void>
  /** Removes a copy that a download made, its file included; nothing happens where it is none. @throws ChiralError `TARGET_BUSY`, `IO_FAILED` */
  drop(file: Pick<StoredFile, 'fileHash' | 'path'>): Promise<void>
  /** Clears away what moves left that a crash cut short. Before the first move. */
  undoMoves(): Promise<void>
  statusOf(fileHash: FileHash): Promise<FileStatus>
  /** Bytes that count against the capacity: the full sizes of downloads, finished or not. */
  readonly usedBytes: number
  /** Bytes of chunks in memory. */
  readonly memoryUsedBytes: number
  /** Closes files open for reading. Writers are closed by their owners. */
  close(): void
}

export interface ContentStoreParts {
  readonly database: Database
  readonly fileSystem: FileSystem
  readonly clock: Clock
  /** The most that downloads may take, in bytes; shared files do not count. */
  readonly capacityBytes: number
  /** Chunks of whole files are kept in memory up to so many bytes; none without. */
  readonly memoryBytes?: number
  readonly metrics?: ContentMetrics
  /** A chunk of a whole file was read from the disk. */
  readonly onDiskRead?: (path: string, sizeBytes: number) => void
  readonly failPoints?: FailPoints
  readonly hashPool?: HashPool
}

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
  readonly #capacity: Capacity
  readonly #manifests: ManifestCache
  /** Target paths with an open writer, and the bytes each has reserved that no copy counts yet. */
  readonly #busy = new Map<string, number>()

  constructor(parts: ContentStoreParts) {
    this.#parts = parts
    this.#reader = new ChunkReader(parts)
    this.#manifests = new ManifestCache(parts.database)
    const isGone = async (held: HeldCopy): Promise<boolean> => (await this.#reader.statusOf(held)) === 'missing'
    this.#capacity = new Capacity(parts.capacityBytes, this.#held, isGone)
    parts.database.read((connection) => {
      for (const copy of loadCopies(connection))
        this.#held.put(copy.kind === 'partial' ? new HeldCopy(copy, loadBits(connection, copy)) : HeldCopy.whole(copy))
    })
  }

  async addShared(path: string, hashed: HashedFile): Promise<StoredFile> {
    const { database, fileSystem, clock } = this.#parts
    const { fileHash, sizeBytes, sha256, mtimeNs } = hashed
    const absolute = resolve(path)
    const known = this.#held.at(fileHash, absolute)?.copy
    if (this.#busy.has(absolute) || known?.kind === 'partial') throw targetBusy(absolute)
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
      downloadedTo: known?.path === absolute && known.mtimeNs === mtimeNs ? known.downloadedTo : undefined,
    } as const
    const copy = await database.write((connection) => putCopy(connection, manifest, shared))
    this.#reader.forget(absolute, fileHash)
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
        this.#reader.forget(partPath, fileHash)
        if (removed) this.#remove(held)
      }
      return new PartWriter({ ...parts, failPoints, held, manifest, partPath, file, overwrite, onEnd })
    } catch (error) {
      this.#busy.delete(path)
      throw ioError(error, path)
    }
  }

  async read(fileHash: FileHash, chunkIndex: number, options?: ReadOptions): Promise<Uint8Array> {
    let failure: unknown
    for (const held of this.#held.of(fileHash)) {
      if (!held.have.has(chunkIndex)) continue
      try {
        return await this.#reader.read(held, chunkIndex, options)
      } catch (error) {
        failure = error
      }
    }
    throw failure ?? notHeld({ fileHash, chunkIndex })
  }

  prove(fileHash: FileHash, chunkIndex: number): Uint8Array[] | undefined {
    return this.#manifests.prove(fileHash, chunkIndex)
  }

  haveAt(fileHash: FileHash, targetPath: string): Bitfield | undefined {
    return this.#held.at(fileHash, targetPath)?.have
  }

  async statusAt(fileHash: FileHash, targetPath: string): Promise<FileStatus | undefined> {
    const held = this.#held.at(fileHash, targetPath)
    return held && this.#reader.statusOf(held)
  }

  have(fileHash: FileHash): Bitfield {
    return this.#held.have(fileHash)
  }

  manifestOf(fileHash: FileHash): Manifest | undefined {
    return this.#manifests.manifestOf(fileHash)
  }

  pathOf(fileHash: FileHash, path: string): string {
    const copies = this.#held.of(fileHash).map(({ copy }) => copy)
    if (copies.some((copy) => copy.path === path)) return path
    return copies.find(({ downloadedTo }) => downloadedTo !== undefined)?.path ?? path
  }

  list(): StoredFile[] {
    return this.#held.all().map(storedFileOf)
  }

  downloaded(): StoredFile[] {
    const isOurs = ({ copy }: HeldCopy): boolean => copy.kind !== 'partial' && copy.downloadedTo !== undefined
    return this.#held.all().filter(isOurs).map(storedFileOf)
  }

  async move(
    { fileHash, path }: Pick<StoredFile, 'fileHash' | 'path'>,
    to: string,
    signal: AbortSignal,
  ): Promise<void> {
    const held = this.#held.at(fileHash, path)
    if (held?.copy.downloadedTo === undefined) throw notHeld({ fileHash, path })
    if (this.#busy.has(to) || this.#held.of(fileHash).some(({ copy }) => copy.path === to)) throw targetBusy(to)
    this.#busy.set(to, 0)
    try {
      const onMoved = (from: string): void => this.#reader.forget(from, fileHash)
      await moveCopy({ ...this.#parts, onMoved }, held, to, signal)
    } finally {
      this.#busy.delete(to)
    }
  }

  async drop({ fileHash, path }: Pick<StoredFile, 'fileHash' | 'path'>): Promise<void> {
    const held = this.#held.of(fileHash).find(({ copy }) => copy.path === path && copy.kind !== 'shared')
    if (held === undefined) return
    if (this.#busy.has(path)) throw targetBusy(path)
    this.#busy.set(path, 0)
    try {
      // The file first: a record without a file is dropped again after a crash, a file without a record never.
      await removeFile(this.#parts.fileSystem, held.path)
      await this.#parts.database.write((connection) => deleteCopy(connection, held.copy))
      this.#remove(held)
    } finally {
      this.#busy.delete(path)
    }
  }

  undoMoves(): Promise<void> {
    return undoMoves(this.#parts)
  }

  async statusOf(fileHash: FileHash): Promise<FileStatus> {
    const found = await Promise.all(this.#held.of(fileHash).map((held) => this.#reader.statusOf(held)))
    return STATUS_ORDER.find((status) => found.includes(status)) ?? 'unknown'
  }

  get usedBytes(): number {
    return this.#capacity.usedBytes
  }

  get memoryUsedBytes(): number {
    return this.#reader.memoryUsedBytes
  }

  close(): void {
    this.#reader.close()
  }

  async #reserve(path: string, sizeBytes: number): Promise<void> {
    const reserved = [...this.#busy.values()].reduce((sum, bytes) => sum + bytes, 0)
    // Reserved before anything is awaited: two downloads that begin at once must not both take the last of the room.
    this.#busy.set(path, sizeBytes)
    await this.#capacity.check(path, sizeBytes, reserved)
  }

  #remove(held: HeldCopy): void {
    this.#held.remove(held)
    this.#reader.forget(held.path, held.copy.fileHash)
    if (this.#held.of(held.copy.fileHash).length === 0) this.#manifests.drop(held.copy.fileHash)
  }
}
