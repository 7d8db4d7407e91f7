import { concatBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../domain/chunk.ts'
import { createMd4, type Md4, md4 } from '../../system/md4.ts'
import { type Ed2kHash, ed2kHashOf } from './ed2k-hash.ts'

/** Bytes of every part but the last. */
export const PART_BYTES = 9_728_000

/** Bytes of a file, the end exclusive. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/**
 * Parts of a file of `sizeBytes`, as messages count them: a file that ends with a part has an empty one after it. A file shorter than
 * one part has no hashes of parts.
 */
export function partCount(sizeBytes: number): number {
  return Math.floor(sizeBytes / PART_BYTES) + 1
}

/** Hashes in an answer to a request for them. */
export function hashsetLength(sizeBytes: number): number {
  return sizeBytes < PART_BYTES ? 0 : partCount(sizeBytes)
}

export function partSpan(sizeBytes: number, part: number): ByteSpan {
  return { start: part * PART_BYTES, end: Math.min(sizeBytes, (part + 1) * PART_BYTES) }
}

/** Where a chunk lies in the parts of its file: one range, or two where it crosses from one part into the next. */
export function chunkSpans(sizeBytes: number, chunkIndex: number): ByteSpan[] {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  const end = start + chunkLength(sizeBytes, chunkIndex)
  const border = Math.ceil((start + 1) / PART_BYTES) * PART_BYTES
  if (border >= end) return [{ start, end }]
  return [
    { start, end: border },
    { start: border, end },
  ]
}

/** The chunks that bytes of a file lie in. */
export function chunksOf({ start, end }: ByteSpan): number[] {
  const first = Math.floor(start / CHUNK_SIZE_BYTES)
  const last = Math.floor((end - 1) / CHUNK_SIZE_BYTES)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** A file's hash, and the hashes of its parts in the form of {@link hashsetLength}. */
export interface Ed2kHashes {
  readonly hash: Ed2kHash
  readonly partHashes: readonly Uint8Array[]
}

/** The hash that these hashes of parts make. */
export function rootOf(partHashes: readonly Uint8Array[]): Ed2kHash {
  return ed2kHashOf(md4(concatBytes(...partHashes)))
}

/** Hashes a file that comes in order, piece by piece. */
export class PartHasher {
  readonly #md4: Md4
  readonly #partHashes: Uint8Array[] = []
  #inPart = 0

  private constructor(md4: Md4) {
    this.#md4 = md4
  }

  static async create(): Promise<PartHasher> {
    return new PartHasher(await createMd4())
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const piece = bytes.subarray(at, at + PART_BYTES - this.#inPart)
      this.#md4.update(piece)
      at += piece.byteLength
      this.#inPart += piece.byteLength
      if (this.#inPart === PART_BYTES) this.#endPart()
    }
  }

  /** Once, at the end. */
  digest(): Ed2kHashes {
    // SPEC 14 §2: "A file whose size is a multiple of the part size has an empty part at its end."
    this.#endPart()
    const [only, ...more] = this.#partHashes
    if (only !== undefined && more.length === 0) return { hash: ed2kHashOf(only), partHashes: [] }
    return { hash: rootOf(this.#partHashes), partHashes: this.#partHashes }
  }

  #endPart(): void {
    this.#partHashes.push(this.#md4.digest())
    this.#inPart = 0
  }
}
