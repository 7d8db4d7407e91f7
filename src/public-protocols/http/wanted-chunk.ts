import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { MAX_CHUNKS_PER_REQUEST } from './limits.ts'

/** A chunk that somebody waits for. */
export class WantedChunk {
  readonly chunkIndex: number
  readonly lengthBytes: number
  /** The chunk, or why it does not come. */
  readonly promise: Promise<Uint8Array>
  readonly #settle: PromiseWithResolvers<Uint8Array>
  #isOver = false
  /** It failed beside others: what is wrong with it shows when it is asked for alone. */
  isAlone = false

  constructor(chunkIndex: number, lengthBytes: number) {
    this.chunkIndex = chunkIndex
    this.lengthBytes = lengthBytes
    this.#settle = Promise.withResolvers<Uint8Array>()
    this.promise = this.#settle.promise
  }

  get isOver(): boolean {
    return this.#isOver
  }

  came(bytes: Uint8Array): void {
    this.#isOver = true
    this.#settle.resolve(bytes)
  }

  fail(error: Error): void {
    this.#isOver = true
    this.#settle.reject(error)
  }
}

/**
 * Takes out of `waiting`, which is not empty, the first and those that follow on it in the file: as many as leave something for each of the `free`
 * connections, so that a few chunks come at once and not one after another.
 */
export function takeRun(waiting: WantedChunk[], free: number): WantedChunk[] {
  const most = Math.min(MAX_CHUNKS_PER_REQUEST, Math.ceil(waiting.length / free))
  let length = 1
  while (length < most && follows(waiting[length - 1], waiting[length])) length++
  return waiting.splice(0, length)
}

function follows(chunk: WantedChunk | undefined, next: WantedChunk | undefined): boolean {
  if (chunk === undefined || next === undefined || chunk.isAlone || next.isAlone) return false
  return next.chunkIndex === chunk.chunkIndex + 1 && chunk.lengthBytes === CHUNK_SIZE_BYTES
}
