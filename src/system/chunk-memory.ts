import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import { rawBytes } from './raw-bytes.ts'

/** A chunk and what a message has around it: at most 32 hashes of a proof, and some numbers. */
const CHUNK_PIECE_BYTES = CHUNK_SIZE_BYTES + 4_096
/** 16 MiB: the chunks that a default window and the disk hold of one source. */
const MAX_FREE_PIECES = 64

/**
 * Memory that is used again by the next: what is allocated anew for each chunk is fetched from the system page by page, cleared, and collected with
 * the whole heap (docs/performance.md). Who never gives back costs nothing but that.
 */
export class ReusedMemory {
  readonly #pieceBytes: number
  readonly #maxFree: number
  readonly #free: ArrayBuffer[] = []
  readonly #lent = new WeakSet<ArrayBufferLike>()

  /** Pieces of `pieceBytes`; no more than `maxFree` of them wait to be used again. */
  constructor(options: { readonly pieceBytes: number; readonly maxFree: number }) {
    this.#pieceBytes = options.pieceBytes
    this.#maxFree = options.maxFree
  }

  /** `length` bytes with whatever was in them, for who fills all of them. More than a piece has are not from here. */
  take(length: number): Uint8Array {
    if (length > this.#pieceBytes) return rawBytes(length)
    const piece = this.#free.pop() ?? rawBytes(this.#pieceBytes).buffer
    this.#lent.add(piece)
    return new Uint8Array(piece, 0, length)
  }

  /** Nobody reads `bytes` any more, nor any other part of what they were taken with. Bytes from elsewhere are left alone. */
  giveBack({ buffer }: Uint8Array): void {
    if (!this.#lent.delete(buffer) || !(buffer instanceof ArrayBuffer)) return
    if (this.#free.length < this.#maxFree) this.#free.push(buffer)
  }
}

/** For the chunks that come, of all downloads of a process: who takes one for good gives it back when it is on the disk. */
export const chunkMemory = new ReusedMemory({ pieceBytes: CHUNK_PIECE_BYTES, maxFree: MAX_FREE_PIECES })
