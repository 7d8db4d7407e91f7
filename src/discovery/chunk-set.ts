import { Bitfield } from '../domain/bitfield.ts'
import { DecodeError } from '../domain/errors.ts'
import type { Chunks } from './messages.js'
import { MAX_BITFIELD_BYTES, MAX_RANGES } from './protocol.ts'

export interface ChunkRange {
  readonly first: number
  readonly count: number
}

/** Which chunks of a file somebody has. */
export type ChunkSet =
  | { readonly kind: 'all'; readonly chunkCount: number }
  | { readonly kind: 'bitfield'; readonly chunkCount: number; readonly bitfield: Bitfield }
  | { readonly kind: 'ranges'; readonly chunkCount: number; readonly ranges: readonly ChunkRange[] }

/** The smallest form of `have`. Of a large file with many holes only the longest ranges are named. */
export function chunkSetOf(have: Bitfield): ChunkSet {
  const chunkCount = have.length
  if (have.complete) return { kind: 'all', chunkCount }
  if (Math.ceil(chunkCount / 8) <= MAX_BITFIELD_BYTES) return { kind: 'bitfield', chunkCount, bitfield: have }
  const longest = rangesOf(have)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_RANGES)
  return { kind: 'ranges', chunkCount, ranges: longest.sort((a, b) => a.first - b.first) }
}

export function holdsChunk(set: ChunkSet, chunkIndex: number): boolean {
  switch (set.kind) {
    case 'all':
      return chunkIndex >= 0 && chunkIndex < set.chunkCount
    case 'bitfield':
      return set.bitfield.has(chunkIndex)
    case 'ranges':
      return set.ranges.some(({ first, count }) => chunkIndex >= first && chunkIndex < first + count)
  }
}

export function heldRanges(set: ChunkSet): readonly ChunkRange[] {
  switch (set.kind) {
    case 'all':
      return set.chunkCount === 0 ? [] : [{ first: 0, count: set.chunkCount }]
    case 'bitfield':
      return rangesOf(set.bitfield)
    case 'ranges':
      return set.ranges
  }
}

export function encodeChunkSet(set: ChunkSet): Chunks.$Properties {
  switch (set.kind) {
    case 'all':
      return { chunkCount: set.chunkCount, all: true }
    case 'bitfield':
      return { chunkCount: set.chunkCount, bitfield: set.bitfield.toBytes() }
    case 'ranges':
      return { chunkCount: set.chunkCount, ranges: { runs: runsOf(set.ranges) } }
  }
}

/** @throws DecodeError */
export function decodeChunkSet(message: Chunks | null | undefined): ChunkSet {
  if (message === null || message === undefined) throw new DecodeError('the offer does not say which chunks it is for.')
  const { chunkCount } = message
  if (message.all === true) return { kind: 'all', chunkCount }
  if (message.bitfield) {
    const { bitfield } = message
    if (bitfield.byteLength > MAX_BITFIELD_BYTES || bitfield.byteLength !== Math.ceil(chunkCount / 8))
      throw new DecodeError(`a bitfield of ${bitfield.byteLength} bytes does not fit ${chunkCount} chunks.`)
    return { kind: 'bitfield', chunkCount, bitfield: new Bitfield(chunkCount, bitfield) }
  }
  if (message.ranges) return { kind: 'ranges', chunkCount, ranges: rangesOfRuns(message.ranges.runs ?? [], chunkCount) }
  throw new DecodeError('the offer names its chunks in a form that is not known here.')
}

function rangesOf(have: Bitfield): ChunkRange[] {
  const ranges: ChunkRange[] = []
  let first = -1
  for (let index = 0; index <= have.length; index++) {
    if (have.has(index)) first = first < 0 ? index : first
    else if (first >= 0) {
      ranges.push({ first, count: index - first })
      first = -1
    }
  }
  return ranges
}

function runsOf(ranges: readonly ChunkRange[]): number[] {
  let end = 0
  return ranges.flatMap(({ first, count }) => {
    const gap = first - end
    end = first + count
    return [gap, count]
  })
}

function rangesOfRuns(runs: readonly number[], chunkCount: number): ChunkRange[] {
  if (runs.length % 2 !== 0 || runs.length > 2 * MAX_RANGES)
    throw new DecodeError(`${runs.length} runs of chunks are not pairs or too many.`)
  const ranges: ChunkRange[] = []
  let end = 0
  for (let i = 0; i < runs.length; i += 2) {
    const first = end + (runs[i] ?? 0)
    const count = runs[i + 1] ?? 0
    end = first + count
    if (count === 0 || end > chunkCount) throw new DecodeError(`chunks ${first} to ${end} are outside the file.`)
    ranges.push({ first, count })
  }
  return ranges
}
