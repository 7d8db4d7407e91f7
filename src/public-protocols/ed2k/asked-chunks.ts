import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { DecodeError } from '../../domain/errors.ts'
import { MAX_RANGE_BYTES, RECENT_RANGES } from './limits.ts'
import { type ByteSpan, chunksOf } from './parts.ts'

/** What of a chunk was asked for, in the order in which it was. */
export interface AskedChunk {
  readonly chunkIndex: number
  readonly spans: readonly ByteSpan[]
}

/**
 * The chunks that one request touches, each once: it is decided and read once, whatever is wanted of it.
 * @throws DecodeError for a range that no client asks for
 */
export function askedChunks(ranges: readonly ByteSpan[], sizeBytes: number): AskedChunk[] {
  const chunks = new Map<number, ByteSpan[]>()
  for (const range of ranges) {
    // SPEC 14 §5: "The seeder MUST end the connection at a range that goes beyond the file, or is longer than three blocks."
    if (range.end > sizeBytes) throw new DecodeError(`A range goes to ${range.end} in a file of ${sizeBytes} bytes.`)
    if (range.end - range.start > MAX_RANGE_BYTES)
      throw new DecodeError(`A range has ${range.end - range.start} bytes; at most ${MAX_RANGE_BYTES} are sent.`)
    for (const chunkIndex of chunksOf(range)) {
      const start = Math.max(range.start, chunkIndex * CHUNK_SIZE_BYTES)
      const end = Math.min(range.end, (chunkIndex + 1) * CHUNK_SIZE_BYTES)
      const spans = chunks.get(chunkIndex)
      if (spans === undefined) chunks.set(chunkIndex, [{ start, end }])
      else spans.push({ start, end })
    }
  }
  return [...chunks].map(([chunkIndex, spans]) => ({ chunkIndex, spans }))
}

/**
 * Ranges that were asked for a moment ago. aMule names what is on its way again with each request: sending it twice would take twice the time, and
 * twice the rate.
 */
export class RecentRanges {
  readonly #keys = new Set<string>()

  /** Those of the ranges that are new, and are remembered now. */
  fresh(ranges: readonly ByteSpan[]): ByteSpan[] {
    return ranges.filter(({ start, end }) => {
      const key = `${start}-${end}`
      const isNew = !this.#keys.delete(key)
      this.#keys.add(key) // a Set keeps the order of insertion: this one is the newest now
      const [oldest] = this.#keys
      if (this.#keys.size > RECENT_RANGES && oldest !== undefined) this.#keys.delete(oldest)
      return isNew
    })
  }

  clear(): void {
    this.#keys.clear()
  }
}
