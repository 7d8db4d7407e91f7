import { CHUNK_SIZE_BYTES, chunkLength } from '../domain/chunk.ts'
import type { FileHash } from '../domain/ids.ts'
import type { FileSystem } from '../system/file-system.ts'
import { rawBytes } from '../system/raw-bytes.ts'
import { ChunkCache } from './chunk-cache.ts'
import { fileChanged, fileMissing, ioError } from './errors.ts'
import { type HeldCopy, isUnchanged } from './held-copy.ts'
import { type ContentMetrics, NO_CONTENT_METRICS } from './metrics.ts'
import { OpenFiles } from './open-files.ts'

/** `unknown`: not stored here. `missing` and `changed`: the file was moved, removed or edited by someone else. */
export type FileStatus = 'available' | 'partial' | 'changed' | 'missing' | 'unknown'

export interface ChunkReaderParts {
  readonly fileSystem: FileSystem
  /** Chunks of whole files are kept in memory up to so many bytes. */
  readonly memoryBytes?: number | undefined
  readonly metrics?: ContentMetrics | undefined
  /** A chunk of a whole file was read from the disk. */
  readonly onDiskRead?: ((path: string, sizeBytes: number) => void) | undefined
}

export interface ReadOptions {
  /** Nobody asked for it, and it will not be read again: it is not kept in memory, and says nothing of what is in demand. */
  readonly once?: boolean
}

/** Reads chunks out of copies on disk or out of memory, and notices when a copy is no longer the file it was. */
export class ChunkReader {
  readonly #parts: ChunkReaderParts
  readonly #metrics: ContentMetrics
  readonly #openFiles: OpenFiles
  readonly #memory: ChunkCache
  /** Chunks on their way from the disk: whoever asks meanwhile gets the same. */
  readonly #loading = new Map<string, Promise<Uint8Array>>()

  constructor(parts: ChunkReaderParts) {
    this.#parts = parts
    this.#metrics = parts.metrics ?? NO_CONTENT_METRICS
    this.#openFiles = new OpenFiles(parts.fileSystem)
    this.#memory = new ChunkCache(parts.memoryBytes ?? 0)
  }

  get memoryUsedBytes(): number {
    return this.#memory.usedBytes
  }

  /** @throws ChiralError `FILE_CHANGED`, `FILE_MISSING`, `PATH_DENIED`, `IO_FAILED` */
  async read(held: HeldCopy, chunkIndex: number, options: ReadOptions = {}): Promise<Uint8Array> {
    await held.still()
    const { path } = held
    try {
      if (held.copy.kind === 'partial') return await this.#readAt(held, path, chunkIndex)
      if (options.once === true) return await this.#readOnce(held, path, chunkIndex)
      return await this.#readWhole(held, path, chunkIndex)
    } catch (error) {
      await held.still()
      // A download was finished, and so renamed, or moved under our hands: it is there, under another name.
      if (held.path !== path) return this.read(held, chunkIndex, options)
      throw ioError(error, path)
    }
  }

  async statusOf(held: HeldCopy): Promise<FileStatus> {
    await held.still()
    const stat = await this.#parts.fileSystem.stat(held.path).catch(() => undefined)
    if (stat === undefined) return 'missing'
    if (held.copy.kind === 'partial') return 'partial'
    return isUnchanged(held.copy, stat) ? 'available' : 'changed'
  }

  /** The file at `path` was moved, removed or replaced by us. */
  forget(path: string, fileHash: FileHash): void {
    this.#openFiles.drop(path)
    const isGone = (key: string): boolean => key.startsWith(fileHash)
    this.#memory.dropWhere(isGone)
    for (const key of this.#loading.keys()) if (isGone(key)) this.#loading.delete(key)
  }

  close(): void {
    this.#openFiles.close()
  }

  async #readWhole(held: HeldCopy, path: string, chunkIndex: number): Promise<Uint8Array> {
    const key = keyOf(held, chunkIndex)
    const kept = this.#memory.get(key) ?? this.#loading.get(key)
    if (kept !== undefined) {
      this.#metrics.memoryHits.inc()
      const bytes = await kept
      await this.#checkUnchanged(held, path)
      return bytes
    }
    this.#metrics.memoryMisses.inc()
    const loading = this.#load(held, path, chunkIndex)
    this.#loading.set(key, loading)
    try {
      const bytes = await loading
      // What was forgotten meanwhile must not come back.
      if (this.#loading.get(key) === loading) this.#memory.put(key, bytes)
      return bytes
    } finally {
      if (this.#loading.get(key) === loading) this.#loading.delete(key)
    }
  }

  async #readOnce(held: HeldCopy, path: string, chunkIndex: number): Promise<Uint8Array> {
    const bytes = await this.#readAt(held, path, chunkIndex)
    await this.#checkUnchanged(held, path)
    return bytes
  }

  async #load(held: HeldCopy, path: string, chunkIndex: number): Promise<Uint8Array> {
    const bytes = await this.#readAt(held, path, chunkIndex)
    await this.#checkUnchanged(held, path)
    this.#parts.onDiskRead?.(path, bytes.byteLength)
    return bytes
  }

  async #readAt(held: HeldCopy, path: string, chunkIndex: number): Promise<Uint8Array> {
    const bytes = rawBytes(chunkLength(held.copy.sizeBytes, chunkIndex))
    const length = await this.#openFiles.use(path, (file) => file.read(bytes, chunkIndex * CHUNK_SIZE_BYTES))
    if (length !== bytes.byteLength) throw fileChanged(path)
    return bytes
  }

  /** After the read, so that what was read was written before the time compared. By name: an editor may have replaced it. */
  async #checkUnchanged(held: HeldCopy, path: string): Promise<void> {
    const stat = await this.#parts.fileSystem.stat(path)
    if (stat !== undefined && isUnchanged(held.copy, stat)) return
    this.forget(path, held.copy.fileHash)
    throw stat === undefined ? fileMissing(path) : fileChanged(path)
  }
}

/** By content and not by copy: what the id names is the same in all of them. */
function keyOf({ copy }: HeldCopy, chunkIndex: number): string {
  return `${copy.fileHash}/${chunkIndex}`
}
