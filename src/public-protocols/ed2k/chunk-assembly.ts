import { concatBytes } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { DecodeError } from '../../domain/errors.ts'
import { inflate } from './frames.ts'
import { COMPRESSION_SLACK_BYTES } from './limits.ts'
import type { ByteSpan } from './parts.ts'

interface Range extends ByteSpan {
  /** Where its next byte goes. */
  next: number
  /** What came of it packed. */
  packed: { readonly fragments: Uint8Array[]; bytes: number; readonly total: number } | undefined
}

/** One chunk that was asked for, as its ranges come: each from its first byte to its last, plain or packed. */
export class ChunkAssembly {
  readonly chunkIndex: number
  readonly bytes: Uint8Array
  readonly #origin: number
  readonly #ranges: readonly Range[]

  constructor(chunkIndex: number, spans: readonly ByteSpan[]) {
    this.chunkIndex = chunkIndex
    this.#origin = chunkIndex * CHUNK_SIZE_BYTES
    this.#ranges = spans.map((span) => ({ ...span, next: span.start, packed: undefined }))
    this.bytes = new Uint8Array(spans.reduce((sum, { start, end }) => sum + end - start, 0))
  }

  get isWhole(): boolean {
    return this.#ranges.every(({ next, end }) => next === end)
  }

  /** False for bytes that are not the next of one of its ranges: they came already, or nobody asked for them. */
  add(start: number, data: Uint8Array): boolean {
    const range = this.#ranges.find(({ next, end }) => next === start && start < end)
    if (range === undefined || start + data.byteLength > range.end) return false
    this.bytes.set(data, start - this.#origin)
    range.next += data.byteLength
    return true
  }

  /** The same of a piece of a packed range. @throws DecodeError for a range that unpacks to another length */
  addPacked(start: number, total: number, fragment: Uint8Array): boolean {
    const range = this.#ranges.find((each) => each.start === start && each.next === start && start < each.end)
    if (range === undefined) return false
    const length = range.end - range.start
    // SPEC 14 §7: "The leecher MUST NOT keep more of a packed range than the range has bytes, and 1 KiB."
    if (total > length + COMPRESSION_SLACK_BYTES)
      throw new DecodeError(`A range of ${length} bytes is packed in ${total}.`)
    range.packed ??= { fragments: [], bytes: 0, total }
    range.packed.fragments.push(fragment.slice())
    range.packed.bytes += fragment.byteLength
    if (range.packed.total !== total || range.packed.bytes > total)
      throw new DecodeError('The pieces of a packed range do not fit together.')
    if (range.packed.bytes < total) return true
    const plain = inflate(concatBytes(...range.packed.fragments), length)
    if (plain.byteLength !== length) throw new DecodeError(`A range of ${length} bytes unpacks to ${plain.byteLength}.`)
    range.packed = undefined
    return this.add(start, plain)
  }
}
