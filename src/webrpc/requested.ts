import { addWei, type Wei } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { ChunkRef } from '../in-band/payments.ts'

/** A chunk as it is asked for. */
export interface AskedChunk {
  readonly chunkIndex: number
  readonly lengthBytes: number
  readonly price: Wei
  /** The payee counts it already: it comes without being counted again. */
  readonly resend?: boolean | undefined
}

interface Unanswered extends AskedChunk {
  /** A CANCEL names it. */
  readonly cancelling: boolean
}

interface Request {
  readonly fileHash: FileHash
  /** A FILE_REQUEST: its chunks come in ascending order. */
  readonly ordered: boolean
  readonly chunks: Map<number, Unanswered>
}

/** The chunks a payer has asked for and not been answered, by request. */
export class Requested {
  readonly #requests = new Map<number, Request>()
  #count = 0

  /** Chunks unanswered. */
  get count(): number {
    return this.#count
  }

  add(requestId: number, request: { fileHash: FileHash; ordered: boolean; chunks: readonly AskedChunk[] }): void {
    const { fileHash, ordered, chunks } = request
    const entries = chunks.map((chunk) => [chunk.chunkIndex, { ...chunk, cancelling: false }] as const)
    this.#requests.set(requestId, { fileHash, ordered, chunks: new Map(entries) })
    this.#count += chunks.length
  }

  /** Which of the chunks are to be named in a CANCEL. */
  cancel(requestId: number, chunkIndexes: readonly number[]): number[] {
    const chunks = this.#requests.get(requestId)?.chunks
    return chunkIndexes.filter((index) => {
      const asked = chunks?.get(index)
      if (asked === undefined || asked.cancelling) return false
      chunks?.set(index, { ...asked, cancelling: true })
      return true
    })
  }

  /** One that is wanted rather than one that is being cancelled. */
  find({ fileHash, chunkIndex }: ChunkRef): Unanswered | undefined {
    let found: Unanswered | undefined
    for (const request of this.#requests.values()) {
      const asked = request.fileHash === fileHash ? request.chunks.get(chunkIndex) : undefined
      if (asked !== undefined && found?.cancelling !== false) found = asked
    }
    return found
  }

  /** The first, in the order of asking, by which D exceeds `most`; `committed` is D with all up to it counted in. */
  firstBeyond(most: Wei, before: Wei): { readonly price: Wei; readonly committed: Wei } | undefined {
    let committed = before
    for (const { chunks } of this.#requests.values())
      for (const { price, resend, cancelling } of chunks.values()) {
        if (resend === true || cancelling) continue
        committed = addWei(committed, price)
        if (committed > most) return { price, committed }
      }
    return undefined
  }

  /** Whether this chunk may come now in an answer of this kind. SPEC 07 §6.1: "those of one FILE_REQUEST MUST come in ascending order" */
  mayCome(requestId: number, chunkIndex: number, ordered: boolean): boolean {
    const request = this.#requests.get(requestId)
    if (request === undefined || request.ordered !== ordered || !request.chunks.has(chunkIndex)) return false
    return !ordered || request.chunks.keys().next().value === chunkIndex
  }

  /** The chunk has its answer. */
  take(requestId: number, chunkIndex: number): (Unanswered & { readonly fileHash: FileHash }) | undefined {
    const request = this.#requests.get(requestId)
    const asked = request?.chunks.get(chunkIndex)
    if (request === undefined || asked === undefined) return undefined
    request.chunks.delete(chunkIndex)
    this.#count--
    if (request.chunks.size === 0) this.#requests.delete(requestId)
    return { ...asked, fileHash: request.fileHash }
  }
}
