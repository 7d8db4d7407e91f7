import { Bitfield } from '../domain/bitfield.ts'
import type { FileHash } from '../domain/ids.ts'
import type { ChunkSet } from './chunk-source.ts'
import { MAX_BITFIELD_BYTES, MAX_HAVE_RANGES } from './limits.ts'

/** Which chunks of which file somebody has. */
export interface Have {
  readonly fileHash: FileHash
  readonly chunks: ChunkSet
}

/** `count` chunks from `first` on. */
export interface ChunkRange {
  readonly first: number
  readonly count: number
}

/** A set as it travels: whichever of the two is smaller. */
export type ChunkSetForm =
  | { readonly kind: 'bitfield'; readonly bitfield: Uint8Array }
  | { readonly kind: 'ranges'; readonly ranges: readonly ChunkRange[] }

/** Bytes a range takes in a message, at most: the measure by which a bitfield is preferred. */
const RANGE_BYTES = 14

/**
 * The form in which `set` is sent in about `maxBytes`. A set that fits in neither form is cut: what is left out is merely
 * not announced.
 */
export function formOf(set: ChunkSet, maxBytes: number = MAX_BITFIELD_BYTES): ChunkSetForm {
  const maxRanges = Math.min(MAX_HAVE_RANGES, Math.floor(maxBytes / RANGE_BYTES))
  if (set instanceof RangeSet) return { kind: 'ranges', ranges: set.ranges.slice(0, maxRanges) }
  const bitfieldBytes = Math.ceil(set.length / 8)
  const fits = bitfieldBytes <= maxBytes
  const ranges = rangesOf(set, fits ? Math.min(maxRanges, Math.ceil(bitfieldBytes / RANGE_BYTES)) : maxRanges)
  if (ranges.complete || !fits) return { kind: 'ranges', ranges: ranges.ranges }
  if (set instanceof Bitfield) return { kind: 'bitfield', bitfield: set.toBytes() }
  const bitfield = new Bitfield(set.length)
  for (let i = 0; i < set.length; i++) if (set.has(i)) bitfield.add(i)
  return { kind: 'bitfield', bitfield: bitfield.toBytes() }
}

function rangesOf(set: ChunkSet, limit: number): { ranges: ChunkRange[]; complete: boolean } {
  if (set.count === 0) return { ranges: [], complete: true }
  if (set.count === set.length) return { ranges: [{ first: 0, count: set.length }], complete: true }
  const ranges: ChunkRange[] = []
  let found = 0
  for (let first = 0; first < set.length && found < set.count; first++) {
    if (!set.has(first)) continue
    if (ranges.length === limit) return { ranges, complete: false }
    let end = first + 1
    while (end < set.length && set.has(end)) end++
    ranges.push({ first, count: end - first })
    found += end - first
    first = end
  }
  return { ranges, complete: true }
}

/** Ascending ranges as a set: memory and time follow the ranges and not the length, which a stranger chose. */
export class RangeSet implements ChunkSet {
  readonly length: number
  readonly count: number
  readonly ranges: readonly ChunkRange[]

  constructor(length: number, ranges: readonly ChunkRange[]) {
    this.length = length
    this.ranges = ranges
    this.count = ranges.reduce((sum, range) => sum + range.count, 0)
  }

  has(chunkIndex: number): boolean {
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.ranges[middle]?.first ?? 0) <= chunkIndex) low = middle + 1
      else high = middle
    }
    const range = this.ranges[low - 1]
    return range !== undefined && chunkIndex < range.first + range.count
  }
}

/** The indexes as ascending ranges. */
export function rangesOfIndexes(indexes: Iterable<number>): ChunkRange[] {
  const ranges: { first: number; count: number }[] = []
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last.first + last.count === index) last.count++
    else ranges.push({ first: index, count: 1 })
  }
  return ranges
}

/** Every index of the ranges, ascending. */
export function* indexesOf(ranges: Iterable<ChunkRange>): Generator<number> {
  for (const { first, count } of ranges) for (let index = first; index < first + count; index++) yield index
}
