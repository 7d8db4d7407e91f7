import type { ChunkRequest, ReceivedChunk } from './chunk-client.ts'
import { requestError } from './errors.ts'

/** A caller's request for a chunk, from the call to its end. */
export class Wanted {
  readonly request: ChunkRequest
  /** Set while it is on the wire. */
  requestId: number | undefined
  readonly #promise = Promise.withResolvers<ReceivedChunk>()
  #done = false
  #aborted = false
  #stopListening: () => void = () => {}

  constructor(request: ChunkRequest) {
    this.request = request
  }

  get promise(): Promise<ReceivedChunk> {
    return this.#promise.promise
  }

  get done(): boolean {
    return this.#done
  }

  get aborted(): boolean {
    return this.#aborted
  }

  /** When the caller loses interest: rejects with CANCELLED, then calls `abandon`. */
  onAbort(abandon: () => void): void {
    const { signal } = this.request
    if (signal === undefined) return
    const listener = (): void => {
      this.#aborted = true
      this.reject(requestError('CANCELLED', 'The request was cancelled.', {}, signal.reason))
      abandon()
    }
    if (signal.aborted) {
      listener()
      return
    }
    signal.addEventListener('abort', listener, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', listener)
  }

  /** It had not been sent. */
  takeBack(): void {
    this.reject(requestError('CANCELLED', 'The request was taken back before it was sent.'))
  }

  resolve(received: ReceivedChunk): void {
    this.#end()
    this.#promise.resolve(received)
  }

  reject(error: unknown): void {
    this.#end()
    this.#promise.reject(error)
  }

  #end(): void {
    this.#done = true
    this.#stopListening()
  }
}
