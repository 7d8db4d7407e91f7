import { ZERO_WEI } from '../domain/amount.ts'
import type { Voucher } from '../domain/voucher.ts'
import type { ChunkRequest } from '../in-band/chunk-client.ts'
import { Wanted } from '../in-band/wanted.ts'
import type { QueuedRequest } from './authorization-queue.ts'
import type { WantRequest } from './payer-event.ts'
import { MAX_REQUEST_ATTEMPTS } from './protocol.ts'

/** A wanted chunk with its place in the order of authorizations. */
export class OrderedWanted extends Wanted implements QueuedRequest {
  readonly order: number
  readonly want: WantRequest
  required = ZERO_WEI
  /** What the WANT carried. */
  voucher: Voucher | undefined
  #attempts = 1

  constructor(request: ChunkRequest, order: number) {
    super(request)
    this.order = order
    this.want = {
      kind: 'want',
      chunk: { fileHash: request.fileHash, chunkIndex: request.chunkIndex },
      lengthBytes: request.lengthBytes,
      price: request.price,
      resend: request.resend === true,
    }
  }

  /** Counts another attempt; false when there were enough. */
  retry(): boolean {
    this.requestId = undefined
    return !this.done && this.#attempts++ < MAX_REQUEST_ATTEMPTS
  }
}
