import { CHUNK_SIZE_BYTES, chunkLength } from '../domain/chunk.ts'
import type { FileSystem } from '../system/file-system.ts'
import { fileChanged, fileMissing, ioError } from './errors.ts'
import { type HeldCopy, isUnchanged } from './held-copy.ts'
import { OpenFiles } from './open-files.ts'

/** `unknown`: not stored here. `missing` and `changed`: the file was moved, removed or edited by someone else. */
export type FileStatus = 'available' | 'partial' | 'changed' | 'missing' | 'unknown'

/** Reads chunks out of copies on disk, and notices when a copy is no longer the file it was. */
export class ChunkReader {
  readonly #fileSystem: FileSystem
  readonly #openFiles: OpenFiles

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem
    this.#openFiles = new OpenFiles(fileSystem)
  }

  /** @throws ChiralError `FILE_CHANGED`, `FILE_MISSING`, `PATH_DENIED`, `IO_FAILED` */
  async read(held: HeldCopy, chunkIndex: number): Promise<Uint8Array> {
    await held.still()
    const { path } = held
    try {
      const bytes = await this.#readAt(held, path, chunkIndex)
      if (held.copy.kind !== 'partial') await this.#checkUnchanged(held, path)
      return bytes
    } catch (error) {
      await held.still()
      // A download was finished, and so renamed, under our hands: it is there, under its final name.
      if (held.path !== path) return this.read(held, chunkIndex)
      throw ioError(error, path)
    }
  }

  async statusOf(held: HeldCopy): Promise<FileStatus> {
    await held.still()
    const stat = await this.#fileSystem.stat(held.path).catch(() => undefined)
    if (stat === undefined) return 'missing'
    if (held.copy.kind === 'partial') return 'partial'
    return isUnchanged(held.copy, stat) ? 'available' : 'changed'
  }

  /** The file at `path` was moved, removed or replaced by us. */
  forget(path: string): void {
    this.#openFiles.drop(path)
  }

  close(): void {
    this.#openFiles.close()
  }

  async #readAt({ copy }: HeldCopy, path: string, chunkIndex: number): Promise<Uint8Array> {
    // Not zeroed: it is filled to the last byte or not given out.
    const bytes = Buffer.allocUnsafeSlow(chunkLength(copy.sizeBytes, chunkIndex))
    const length = await this.#openFiles.use(path, (file) => file.read(bytes, chunkIndex * CHUNK_SIZE_BYTES))
    if (length !== bytes.byteLength) throw fileChanged(path)
    return bytes
  }

  /** After the read, so that what was read was written before the time compared. By name: an editor may have replaced it. */
  async #checkUnchanged({ copy }: HeldCopy, path: string): Promise<void> {
    const stat = await this.#fileSystem.stat(path)
    if (stat !== undefined && isUnchanged(copy, stat)) return
    this.#openFiles.drop(path)
    throw stat === undefined ? fileMissing(path) : fileChanged(path)
  }
}
