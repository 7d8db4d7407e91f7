import type { FileHash } from '../domain/ids.ts'
import type { ChunkRange } from '../in-band/have.ts'

/** A payer's request for chunks, as it is served. */
export interface ServedRequest {
  readonly requestId: number
  readonly fileHash: FileHash
  readonly quoteId: number
  readonly ranges: readonly ChunkRange[]
  readonly wantProof: boolean
  /** Of a FILE_REQUEST, whose chunks leave in ascending order: the last one it touches. */
  readonly lastChunk?: number | undefined
}

/** One chunk of a request. */
export interface ChunkTask {
  readonly request: ServedRequest
  readonly chunkIndex: number
}

interface Part extends ChunkRange {
  readonly request: ServedRequest
}

/** Chunks that were asked for and not begun, in the order asked: ranges, so that a thousand of them cost no more than one. */
export class ChunkQueue {
  #parts: Part[] = []

  /** @param ranges Those of its chunks that can be served. */
  add(request: ServedRequest, ranges: readonly ChunkRange[]): void {
    for (const range of ranges) this.#parts.push({ request, ...range })
  }

  take(): ChunkTask | undefined {
    const part = this.#parts[0]
    if (part === undefined) return undefined
    if (part.count === 1) this.#parts.shift()
    else this.#parts[0] = { request: part.request, first: part.first + 1, count: part.count - 1 }
    return { request: part.request, chunkIndex: part.first }
  }

  /** Begun in vain: goes back to where it was. */
  putBack({ request, chunkIndex }: ChunkTask): void {
    const later = this.#parts.findIndex(
      (part) => part.request.requestId > request.requestId || (part.request === request && part.first > chunkIndex),
    )
    const index = later < 0 ? this.#parts.length : later
    this.#parts.splice(index, 0, { request, first: chunkIndex, count: 1 })
  }

  /** Whether a chunk of the request below this one waits. */
  hasBelow({ request, chunkIndex }: ChunkTask): boolean {
    return this.#parts.some((part) => part.request === request && part.first < chunkIndex)
  }

  /** Takes chunks of a request out, all or those in `ranges`. @returns what was there */
  remove(requestId: number, ranges?: readonly ChunkRange[]): ChunkRange[] {
    const removed: ChunkRange[] = []
    this.#parts = this.#parts.flatMap((part) => {
      if (part.request.requestId !== requestId) return [part]
      const cut = ranges === undefined ? [part] : ranges.flatMap((range) => overlapOf(part, range))
      removed.push(...cut.map(({ first, count }) => ({ first, count })))
      return without(part, cut).map((range) => ({ request: part.request, ...range }))
    })
    return removed
  }

  clear(): void {
    this.#parts = []
  }
}

function overlapOf(a: ChunkRange, b: ChunkRange): ChunkRange[] {
  const first = Math.max(a.first, b.first)
  const end = Math.min(a.first + a.count, b.first + b.count)
  return end > first ? [{ first, count: end - first }] : []
}

/** @param cut Ascending and inside the range. */
function without(range: ChunkRange, cut: readonly ChunkRange[]): ChunkRange[] {
  const left: ChunkRange[] = []
  let { first } = range
  for (const hole of cut) {
    if (hole.first > first) left.push({ first, count: hole.first - first })
    first = hole.first + hole.count
  }
  const end = range.first + range.count
  if (end > first) left.push({ first, count: end - first })
  return left
}
