import { dirname } from 'node:path'
import { Bitfield } from '../domain/bitfield.ts'
import { equalBytes } from '../domain/bytes.ts'
import { chunkLength } from '../domain/chunk.ts'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { FileSystem, RandomAccessFile } from '../system/file-system.ts'
import { deleteCopy, putCopy, replaceBits } from './catalog.ts'
import { ChunkCommitter, type WithBit } from './chunk-committer.ts'
import { ioError, targetExists } from './errors.ts'
import { type HashedFile, type HashFileOptions, hashFile, hashIfSame } from './hash-file.ts'
import type { HashPool } from './hash-pool.ts'
import type { HeldCopy } from './held-copy.ts'
import type { Manifest } from './manifest.ts'
import { removeFile } from './remove-file.ts'

export interface FinishOptions extends Pick<HashFileOptions, 'onProgress' | 'signal'> {
  /** The whole file's SHA-256 if it was promised, 64 lower-case hex digits. */
  readonly sha256?: string
  /** Replace another file at the target; without it, what the download was begun with holds. */
  readonly overwrite?: boolean
}

/** One download being written. All of it survives a crash: begin the same download again to go on. */
export interface ChunkWriter {
  readonly manifest: Manifest
  readonly targetPath: string
  readonly partPath: string
  /** The chunks that are durable. Live: read it anew rather than keep it. */
  readonly have: Bitfield
  /**
   * Stores a chunk that {@link verifyChunk} accepted. Resolves once its bytes, its bit and what `alsoCommit` wrote are
   * durable: true when it is new, false (and `alsoCommit` not run) when it was there. `bytes` must not change until then.
   *
   * @throws RangeError for bytes of another length than the chunk's; ChiralError `DISK_FULL`, `IO_FAILED`, `STORE_FAILED`,
   *   `WRITER_CLOSED`, or what `alsoCommit` threw: the chunk then does not count and can be written again.
   */
  write(chunkIndex: number, bytes: Uint8Array, withBit?: WithBit): Promise<boolean>
  /**
   * Reads the file back, hashing it, and gives it its name. Finishing a finished download does nothing.
   *
   * @throws ChiralError `DOWNLOAD_INCOMPLETE`; `CHUNKS_DAMAGED` (`details.chunkIndexes` no longer count: get them again);
   *   `SHA256_MISMATCH` and `TARGET_EXISTS` (the part file stays: finish again with other options); I/O errors.
   */
  finish(options?: FinishOptions): Promise<{ readonly sha256: string }>
  /** Lets go of the part file, to go on some other time. */
  close(): Promise<void>
  /** Ends the download for good: removes the part file. A finished file stays. */
  discard(): Promise<void>
}

export interface PartWriterParts {
  readonly held: HeldCopy
  readonly manifest: Manifest
  readonly partPath: string
  /** `undefined` when the file is complete at its target. */
  readonly file: RandomAccessFile | undefined
  readonly overwrite: boolean
  readonly database: Database
  readonly fileSystem: FileSystem
  readonly failPoints: FailPoints
  readonly hashPool?: HashPool | undefined
  /** The writer let go: `removed` when the copy is no more. */
  readonly onEnd: (end: { readonly removed: boolean }) => void
}

export class PartWriter implements ChunkWriter {
  readonly manifest: Manifest
  readonly targetPath: string
  readonly partPath: string
  readonly #parts: PartWriterParts
  readonly #held: HeldCopy
  readonly #committer: ChunkCommitter | undefined
  readonly #pending = new Map<number, Promise<boolean>>()
  #closed = false
  #finishing: Promise<unknown> = Promise.resolve()

  constructor(parts: PartWriterParts) {
    this.#parts = parts
    this.#held = parts.held
    this.manifest = parts.manifest
    this.targetPath = parts.held.copy.path
    this.partPath = parts.partPath
    if (parts.file === undefined) return
    this.#committer = new ChunkCommitter({
      file: parts.file,
      path: parts.partPath,
      copy: parts.held.copy,
      database: parts.database,
      failPoints: parts.failPoints,
      onStored: (chunkIndex) => this.#held.have.add(chunkIndex),
    })
  }

  get have(): Bitfield {
    return this.#held.have
  }

  async write(chunkIndex: number, bytes: Uint8Array, withBit?: WithBit): Promise<boolean> {
    const length = chunkLength(this.manifest.sizeBytes, chunkIndex)
    if (bytes.byteLength !== length)
      throw new RangeError(`chunk ${chunkIndex} has ${length} bytes, not ${bytes.byteLength}`)
    for (;;) {
      if (this.#closed) throw writerClosed(this.partPath)
      if (this.have.has(chunkIndex) || this.#committer === undefined) return false
      const other = this.#pending.get(chunkIndex)
      if (other === undefined) break
      // The same chunk from a hedged request: it counts once, and only if the first attempt fails is this one needed.
      await other.catch(() => {})
    }
    const commit = this.#committer.commit(chunkIndex, bytes, withBit)
    this.#pending.set(chunkIndex, commit)
    try {
      return await commit
    } finally {
      this.#pending.delete(chunkIndex)
    }
  }

  finish(options: FinishOptions = {}): Promise<{ readonly sha256: string }> {
    const finish = this.#finishing.then(() => this.#finish(options))
    this.#finishing = finish.catch(() => {})
    return finish
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.#stop()
    this.#parts.onEnd({ removed: false })
  }

  async discard(): Promise<void> {
    if (this.#closed) return
    await this.#stop()
    const { fileSystem, database } = this.#parts
    const removed = this.#held.copy.kind === 'partial'
    if (removed) {
      await removeFile(fileSystem, this.partPath)
      await database.write((connection) => deleteCopy(connection, this.#held.copy))
    }
    this.#parts.onEnd({ removed })
  }

  /** Takes no more, lets what is under way end, and closes the part file. */
  async #stop(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#pending.values(), this.#finishing])
    // A finished download has closed its file already.
    if (this.#held.copy.kind === 'partial') await this.#parts.file?.close()
  }

  async #finish(options: FinishOptions): Promise<{ readonly sha256: string }> {
    const { copy } = this.#held
    if (copy.kind !== 'partial' && copy.sha256 !== undefined) {
      checkSha256(copy.path, copy.sha256, options.sha256)
      return { sha256: copy.sha256 }
    }
    if (this.#closed) throw writerClosed(this.partPath)
    if (!this.have.complete)
      throw new ChiralError(
        'DOWNLOAD_INCOMPLETE',
        `${copy.path} lacks ${this.have.length - this.have.count} of ${this.have.length} chunks: download them first.`,
        { details: { path: copy.path } },
      )
    const hashed = await this.#readBack(options)
    checkSha256(this.partPath, hashed.sha256, options.sha256)
    try {
      await this.#place(hashed, options.overwrite ?? this.#parts.overwrite)
    } catch (error) {
      throw ioError(error, copy.path)
    }
    return { sha256: hashed.sha256 }
  }

  /** Hashes what the disk really holds; chunks that are not what was verified lose their bits. */
  async #readBack({ signal, onProgress }: FinishOptions): Promise<HashedFile> {
    const { fileSystem, hashPool, database } = this.#parts
    const hashed = await hashFile(this.partPath, {
      fileSystem,
      ...(hashPool === undefined ? {} : { pool: hashPool }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
    if (hashed.fileHash === this.manifest.fileHash) return hashed
    const have = new Bitfield(this.have.length)
    const chunkIndexes: number[] = []
    for (const [index, hash] of this.manifest.chunkHashes.entries())
      if (equalBytes(hash, hashed.chunkHashes[index] ?? new Uint8Array())) have.add(index)
      else chunkIndexes.push(index)
    await database.write((connection) => replaceBits(connection, this.#held.copy, have))
    this.#held.have = have
    throw new ChiralError(
      'CHUNKS_DAMAGED',
      `${chunkIndexes.length} chunks of ${this.partPath} were changed on disk: they must be downloaded again; check the disk.`,
      { details: { path: this.partPath, chunkIndexes } },
    )
  }

  /** SPEC 05 §6: synced bytes, then the name, then the record; after a crash in between, beginning again finds the file. */
  async #place(hashed: HashedFile, overwrite: boolean): Promise<void> {
    const { fileSystem, database, file } = this.#parts
    const { copy } = this.#held
    await file?.sync()
    await this.#held.move(async () => {
      try {
        await fileSystem.rename(this.partPath, copy.path, { overwrite })
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
        if ((await hashIfSame(fileSystem, copy.path, this.manifest, this.#parts.hashPool)) === undefined)
          throw targetExists(copy.path)
        await fileSystem.unlink(this.partPath)
      }
      await fileSystem.syncDirectory(dirname(copy.path))
      const mtimeNs = (await fileSystem.stat(copy.path))?.mtimeNs
      const complete = { ...copy, kind: 'complete', sha256: hashed.sha256, mtimeNs, downloadedTo: copy.path } as const
      return database.write((connection) => putCopy(connection, this.manifest, complete))
    })
    await file?.close()
  }
}

function checkSha256(path: string, actual: string, expected: string | undefined): void {
  if (expected === undefined || expected === actual) return
  throw new ChiralError(
    'SHA256_MISMATCH',
    `${path} is the file that was asked for by its id, and yet its SHA-256 is ${actual}, not ${expected}: do not trust who linked the two.`,
    { details: { path, expected, actual } },
  )
}

function writerClosed(path: string): ChiralError {
  return new ChiralError('WRITER_CLOSED', `${path} was closed: begin the download again.`, { details: { path } })
}
