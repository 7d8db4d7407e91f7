import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import type { Connection, Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { RandomAccessFile } from '../system/file-system.ts'
import { type StoredCopy, setBit } from './catalog.ts'
import { ioError } from './errors.ts'

/** What must become durable together with a chunk's bit, in the same transaction. Synchronous; throwing undoes the bit. */
export type AlsoCommit = (connection: Connection) => void

/** What hangs on a chunk's bit. */
export interface WithBit {
  readonly alsoCommit?: AlsoCommit
  /** Bit and `alsoCommit` are written and not durable yet; see `Database.write`. Not called where the bit was set before. */
  readonly onApplied?: () => void
}

interface Waiting {
  readonly chunkIndex: number
  readonly with: WithBit
  readonly resolve: (stored: boolean) => void
  readonly reject: (error: unknown) => void
}

export interface ChunkCommitterParts {
  readonly file: RandomAccessFile
  readonly path: string
  readonly copy: StoredCopy
  readonly database: Database
  readonly failPoints: FailPoints
  /** Called once a bit is durable. */
  readonly onStored: (chunkIndex: number) => void
}

/**
 * Group commit of chunks: bytes, then one sync for all that wait, then one transaction for their bits. A bit therefore
 * never claims bytes that a crash could take.
 */
export class ChunkCommitter {
  readonly #parts: ChunkCommitterParts
  #waiting: Waiting[] = []
  #running = false
  /** Raised by a failed sync: the kernel may have dropped any page written before it, and says so only once. */
  #lostWrites = 0

  constructor(parts: ChunkCommitterParts) {
    this.#parts = parts
  }

  /** Resolves when bytes and bit are durable; false when the bit was set before. @throws ChiralError `DISK_FULL`, … */
  async commit(chunkIndex: number, bytes: Uint8Array, withBit: WithBit = {}): Promise<boolean> {
    const { file, path } = this.#parts
    for (;;) {
      const lostBefore = this.#lostWrites
      try {
        await file.write(bytes, chunkIndex * CHUNK_SIZE_BYTES)
      } catch (error) {
        throw ioError(error, path)
      }
      // SPEC 05 §6: "After a sync that failed, chunks written before it MUST be written again before they count"
      if (lostBefore === this.#lostWrites) break
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ chunkIndex, with: withBit, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      try {
        // SPEC 05 §6: "The bytes of a chunk MUST be synced before the bit that claims them is committed."
        await this.#syncGroup(group)
      } catch (error) {
        this.#lostWrites++
        for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(ioError(error, this.#parts.path))
        continue
      }
      // The disk is free for the bytes of the next while these wait for the database.
      for (const waiting of group) void this.#commitBit(waiting)
    }
    this.#running = false
  }

  #syncGroup(group: readonly Waiting[]): Promise<void> {
    for (const _chunk of group) this.#parts.failPoints.hit('chunk-verified')
    return this.#parts.file.sync()
  }

  /** Calls of one turn share a transaction and its sync (system/database.ts), and one that throws is undone alone. */
  async #commitBit({ chunkIndex, with: { alsoCommit, onApplied }, resolve, reject }: Waiting): Promise<void> {
    const { database, copy, failPoints, onStored } = this.#parts
    try {
      const work = (connection: Connection): boolean => {
        // SPEC 05 §6: "What must hold together with the bit (the payment record) MUST be committed in the same transaction."
        if (!setBit(connection, copy, chunkIndex)) return false
        alsoCommit?.(connection)
        return true
      }
      const stored = await database.write(work, (isNew) => (isNew ? onApplied?.() : undefined))
      onStored(chunkIndex)
      if (stored) failPoints.hit('chunk-durable')
      resolve(stored)
    } catch (error) {
      reject(error)
    }
  }
}
