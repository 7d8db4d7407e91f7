import { equalBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { createMd4, type Md4 } from '../../system/md4.ts'
import { MAX_CHUNKS_AHEAD } from './limits.ts'
import { PART_BYTES, partSpan } from './parts.ts'

/**
 * Hashes the parts of which all chunks come over one connection, in about their order. Chunks are verified by themselves; this says whether the link
 * is that of the file.
 */
export class PartCheck {
  readonly #md4: Md4
  readonly #sizeBytes: number
  readonly #partHashes: readonly Uint8Array[]
  /** Chunks that are ahead, copied: who got them may have given them away. */
  readonly #ahead = new Map<number, Uint8Array>()
  /** Where the part that is being hashed goes on. */
  #at = 0

  private constructor(md4: Md4, sizeBytes: number, partHashes: readonly Uint8Array[]) {
    this.#md4 = md4
    this.#sizeBytes = sizeBytes
    this.#partHashes = partHashes
  }

  /** `partHashes`: of all parts. */
  static async create(sizeBytes: number, partHashes: readonly Uint8Array[]): Promise<PartCheck> {
    return new PartCheck(await createMd4(), sizeBytes, partHashes)
  }

  /** The first part that a chunk completed and that is not as it should be; `undefined` while all are. */
  add(chunkIndex: number, bytes: Uint8Array): number | undefined {
    const current = Math.floor(this.#at / CHUNK_SIZE_BYTES)
    if (chunkIndex !== current) {
      if (!this.#isAhead(chunkIndex)) return undefined
      this.#ahead.set(chunkIndex, bytes.slice())
      if (this.#ahead.size > MAX_CHUNKS_AHEAD) this.#skip()
      return undefined
    }
    return this.#take(bytes) ?? this.#drain()
  }

  #isAhead(chunkIndex: number): boolean {
    return chunkIndex * CHUNK_SIZE_BYTES > this.#at && chunkIndex * CHUNK_SIZE_BYTES < this.#sizeBytes
  }

  /** What is missing comes late, or from another seeder: goes on with the first part that nothing came of. */
  #skip(): void {
    const furthest = (Math.max(...this.#ahead.keys()) + 1) * CHUNK_SIZE_BYTES
    this.#at = (Math.floor(furthest / PART_BYTES) + 1) * PART_BYTES
    this.#ahead.clear()
    this.#md4.digest()
  }

  #drain(): number | undefined {
    for (;;) {
      const chunkIndex = Math.floor(this.#at / CHUNK_SIZE_BYTES)
      const bytes = this.#ahead.get(chunkIndex)
      if (bytes === undefined) return undefined
      this.#ahead.delete(chunkIndex)
      const wrong = this.#take(bytes)
      if (wrong !== undefined) return wrong
    }
  }

  /** Hashes the chunk at which the part goes on, from there. */
  #take(bytes: Uint8Array): number | undefined {
    const origin = Math.floor(this.#at / CHUNK_SIZE_BYTES) * CHUNK_SIZE_BYTES
    const chunkEnd = origin + bytes.byteLength
    while (this.#at < chunkEnd) {
      const part = Math.floor(this.#at / PART_BYTES)
      const { end } = partSpan(this.#sizeBytes, part)
      const until = Math.min(chunkEnd, end)
      this.#md4.update(bytes.subarray(this.#at - origin, until - origin))
      this.#at = until
      if (until < end) continue
      const digest = this.#md4.digest()
      const expected = this.#partHashes[part]
      if (expected === undefined || !equalBytes(digest, expected)) return part
    }
    return undefined
  }
}
