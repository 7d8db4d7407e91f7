import { chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { Clock } from '../../system/clock.ts'
import type { Ed2kHash } from './ed2k-hash.ts'
import { type FileHashing, HashThread } from './hash-thread.ts'
import { MAX_ED2K_FILE_BYTES } from './link.ts'
import type { Ed2kHashes } from './parts.ts'

/** What is remembered of a file, so that it is hashed once. */
export interface StoredHash {
  readonly fileHash: FileHash
  readonly hash: Ed2kHash
}

/** Keeps hashes over restarts; `node/` passes its database. */
export interface HashStore {
  list(): readonly StoredHash[]
  partHashes(fileHash: FileHash): readonly Uint8Array[] | undefined
  put(fileHash: FileHash, hashes: Ed2kHashes): Promise<void>
  remove(fileHash: FileHash): Promise<void>
}

export interface HashBookParts {
  readonly clock: Clock
  readonly store: HashStore
  /** The bytes of a held chunk. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
}

/** A file being hashed while it is read for other hashes. */
export interface Beside extends Pick<FileHashing, 'update' | 'abandon'> {
  /** It was read to its end, and this is its id. */
  done(fileHash: FileHash): Promise<void>
}

/** The ed2k hashes of files: made in the pass that makes their ids, or from their chunks, and known by file and by hash from then on. */
export class HashBook {
  readonly #parts: HashBookParts
  readonly #thread: HashThread
  readonly #byFile = new Map<FileHash, Ed2kHash>()
  readonly #byHash = new Map<Ed2kHash, FileHash>()
  readonly #making = new Map<FileHash, Promise<void>>()
  readonly #stopped = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: HashBookParts) {
    this.#parts = parts
    this.#thread = new HashThread(parts.clock)
    for (const { fileHash, hash } of parts.store.list()) this.#know(fileHash, hash)
  }

  of(fileHash: FileHash): Ed2kHash | undefined {
    return this.#byFile.get(fileHash)
  }

  fileOf(hash: Ed2kHash): FileHash | undefined {
    return this.#byHash.get(hash)
  }

  /** Of every file that is read from its first byte to its last, in order. */
  beside(): Beside {
    const hashing = this.#thread.open()
    return {
      update: hashing.update,
      abandon: hashing.abandon,
      done: async (fileHash) => this.#keep(fileHash, await hashing.digest()),
    }
  }

  /** Hashes a file that was shared before, when those before it in the queue are done. @throws what reading or storing does; ChiralError `SHUTTING_DOWN` */
  make(file: { readonly fileHash: FileHash; readonly sizeBytes: number }): Promise<void> {
    const { fileHash, sizeBytes } = file
    if (this.#byFile.has(fileHash) || sizeBytes > MAX_ED2K_FILE_BYTES) return Promise.resolve()
    const running = this.#making.get(fileHash)
    if (running !== undefined) return running
    const making = this.#last.then(() => this.#make(file)).finally(() => this.#making.delete(fileHash))
    this.#making.set(fileHash, making)
    this.#last = making.catch(() => {}) // the next one has its own fate
    return making
  }

  async forget(fileHash: FileHash): Promise<void> {
    const hash = this.#byFile.get(fileHash)
    if (hash === undefined) return
    this.#byFile.delete(fileHash)
    this.#byHash.delete(hash)
    await this.#parts.store.remove(fileHash)
  }

  /** Ends what is being hashed; resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#last
    await this.#thread.stop()
  }

  async #make({ fileHash, sizeBytes }: { readonly fileHash: FileHash; readonly sizeBytes: number }): Promise<void> {
    const hashing = this.#thread.open()
    try {
      for (let chunkIndex = 0; chunkIndex < chunkCount(sizeBytes); chunkIndex++) {
        if (this.#stopped.signal.aborted) throw new ChiralError('SHUTTING_DOWN', 'The seeder stops.')
        await hashing.update(await this.#parts.read(fileHash, chunkIndex))
      }
      await this.#keep(fileHash, await hashing.digest())
    } catch (error) {
      hashing.abandon()
      throw error
    }
  }

  async #keep(fileHash: FileHash, hashes: Ed2kHashes): Promise<void> {
    if (!this.#byFile.has(fileHash)) await this.#parts.store.put(fileHash, hashes)
    this.#know(fileHash, hashes.hash)
  }

  #know(fileHash: FileHash, hash: Ed2kHash): void {
    this.#byFile.set(fileHash, hash)
    this.#byHash.set(hash, fileHash)
  }
}
