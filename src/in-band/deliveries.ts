import { chunkKey } from './chunk-key.ts'
import { MAX_REMEMBERED_DELIVERIES } from './limits.ts'
import type { ChunkRef } from './payments.ts'

/** What left on one stream, oldest first: only that may be written off, and each chunk once. */
export class Deliveries {
  readonly #chunks = new Set<string>()

  add(chunk: ChunkRef): void {
    const key = chunkKey(chunk)
    this.#chunks.delete(key)
    this.#chunks.add(key)
    if (this.#chunks.size <= MAX_REMEMBERED_DELIVERIES) return
    const oldest = this.#chunks.keys().next()
    if (oldest.done !== true) this.#chunks.delete(oldest.value)
  }

  /** Whether it was there. */
  delete(chunk: ChunkRef): boolean {
    return this.#chunks.delete(chunkKey(chunk))
  }
}
