import { Bitfield } from '../../domain/bitfield.ts'
import { BLOCK_BYTES } from './limits.ts'
import type { Block } from './wire-message.ts'

/** A chunk on its way: what of it has come, and who waits for it. */
export class ChunkFetch {
  /** Resolves with the chunk. */
  readonly chunk: Promise<Uint8Array>
  /** Resolves when it is off the wire, whatever became of it. */
  readonly left: Promise<void>
  readonly pieceIndex: number
  readonly #bytes: Uint8Array
  readonly #come: Bitfield
  readonly #result = Promise.withResolvers<Uint8Array>()
  readonly #left = Promise.withResolvers<void>()
  #isOver = false

  constructor(pieceIndex: number, lengthBytes: number) {
    this.pieceIndex = pieceIndex
    // Nobody sees it before all of it is written.
    this.#bytes = new Uint8Array(Buffer.allocUnsafeSlow(lengthBytes).buffer)
    this.#come = new Bitfield(Math.ceil(lengthBytes / BLOCK_BYTES))
    this.left = this.#left.promise
    this.chunk = this.#result.promise
    this.chunk.catch(() => {}) // whoever asked may have gone
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** The blocks that have not come. */
  missing(): Block[] {
    const blocks: Block[] = []
    for (let index = 0; index < this.#come.length; index++) {
      const offset = index * BLOCK_BYTES
      const length = Math.min(BLOCK_BYTES, this.#bytes.byteLength - offset)
      if (!this.#come.has(index)) blocks.push({ pieceIndex: this.pieceIndex, offset, length })
    }
    return blocks
  }

  /** False when it is no block that was asked for. */
  take(offset: number, bytes: Uint8Array): boolean {
    const index = offset / BLOCK_BYTES
    const length = Math.min(BLOCK_BYTES, this.#bytes.byteLength - offset)
    if (this.#isOver || !Number.isInteger(index) || bytes.byteLength !== length || !this.#come.add(index)) return false
    this.#bytes.set(bytes, offset)
    if (this.#come.complete) {
      this.#isOver = true
      this.#result.resolve(this.#bytes)
    }
    return true
  }

  fail(error: Error): void {
    this.#isOver = true
    this.#result.reject(error)
  }

  leave(): void {
    this.#isOver = true
    this.#left.resolve()
  }
}
