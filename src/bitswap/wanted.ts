import type { Voucher } from '../domain/voucher.ts'
import type { ChunkRequest, ReceivedChunk } from '../in-band/chunk-client.ts'
import { requestError } from '../in-band/errors.ts'
import type { QueuedRequest } from './authorization-queue.ts'
import { MAX_REQUEST_ATTEMPTS } from './protocol.ts'
import type { WantRequest } from './session.ts'

/** A caller's request for a chunk, from the call to its end. */
export class Wanted implements QueuedRequest {
  readonly request: ChunkRequest
  readonly order: number
  readonly want: WantRequest
  /** Set while it is on the wire. */
  requestId: number | undefined
  /** What the WANT carried. */
  voucher: Voucher | undefined
  readonly #promise = Promise.withResolvers<ReceivedChunk>()
  #attempts = 1
  #done = false
  #aborted = false
  #stopListening: () => void = () => {}

  constructor(request: ChunkRequest, order: number) {
    this.request = request
    this.order = order
    this.want = {
      kind: 'want',
      chunk: { fileHash: request.fileHash, chunkIndex: request.chunkIndex },
      lengthBytes: request.lengthBytes,
      price: request.price,
      resend: request.resend === true,
    }
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

  /** Counts another attempt; false when there were enough. */
  retry(): boolean {
    this.requestId = undefined
    return !this.#done && this.#attempts++ < MAX_REQUEST_ATTEMPTS
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
