import { webcrypto } from 'node:crypto'
import { concatBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { MAX_PIECES } from './limits.ts'

/** SHA-1 of the chunks of a file, while it is read for its id. */
export class PieceHasher {
  readonly #hashes: Uint8Array[] = []
  #count = 0

  /** The next bytes: a whole number of chunks, but at the end of the file. They are the caller's again once this resolves. */
  async update(block: Uint8Array): Promise<void> {
    const first = this.#count
    const count = Math.ceil(block.byteLength / CHUNK_SIZE_BYTES)
    this.#count += count // blocks may be hashed at the same time
    if (this.#count > MAX_PIECES) return
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        // A copy, for the threads that hash take no shared memory.
        const chunk = block.slice(index * CHUNK_SIZE_BYTES, (index + 1) * CHUNK_SIZE_BYTES)
        this.#hashes[first + index] = new Uint8Array(await webcrypto.subtle.digest('SHA-1', chunk))
      }),
    )
  }

  /** The hashes one after another, when all updates have resolved; `undefined` of a file that is empty or too large for a torrent. */
  digest(): Uint8Array | undefined {
    return this.#count === 0 || this.#count > MAX_PIECES ? undefined : concatBytes(...this.#hashes)
  }
}
