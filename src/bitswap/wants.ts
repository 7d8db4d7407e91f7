import type { Voucher } from '../domain/voucher.ts'
import type { ChunkRequest, ReceivedChunk } from '../in-band/chunk-client.ts'
import type { PayLoop } from '../in-band/pay-loop.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import type { Uncovered } from '../in-band/uncovered.ts'
import { AuthorizationQueue } from './authorization-queue.ts'
import type { BitswapClientOptions } from './bitswap-client.ts'
import type { Carriage } from './carriage.ts'
import type { PayerMessage } from './message.ts'
import type { PayerEvent } from './payer-event.ts'
import { refusalError, retryable } from './refusal.ts'
import type { PayerSession } from './session.ts'
import { OrderedWanted } from './wanted.ts'

export interface WantsOptions {
  readonly client: BitswapClientOptions
  readonly session: PayerSession
  readonly push: (message: PayerMessage, sent?: () => void) => void
  /** Where chunks come over another protocol. */
  readonly carriage?: Carriage | undefined
  /** The same: they are paid for in batches. */
  readonly uncovered?: Uncovered | undefined
  /** Pays what is verified; resolves with whether there was anything to pay. */
  readonly payNow: () => Promise<boolean>
}

/** The chunk requests of one stream: waiting for room or for the money, on the wire, answered. */
export class Wants {
  readonly #options: WantsOptions
  readonly #sent = new Map<number, OrderedWanted>()
  readonly authorizations: AuthorizationQueue<OrderedWanted> | undefined
  /** Requests that cost nothing, or that nobody here can pay for, do not wait behind the money. */
  #free: OrderedWanted[] = []
  #nextOrder = 0

  constructor(options: WantsOptions) {
    this.#options = options
    const { client, session, payNow, uncovered } = options
    if (client.account === undefined) return
    this.authorizations = new AuthorizationQueue<OrderedWanted>({
      account: client.account,
      session,
      uncovered,
      send: (wanted, voucher) => this.#send(wanted, session.sendReserved(wanted.want), voucher),
      payNow,
    })
  }

  request(request: ChunkRequest): Promise<ReceivedChunk> {
    const wanted = new OrderedWanted(request, this.#nextOrder++)
    wanted.onAbort(() => this.#abandon(wanted))
    if (!wanted.done) this.#enqueue(wanted)
    return wanted.promise
  }

  /** Takes back a request that was not sent. False when there is none. */
  withdraw(chunk: ChunkRef): boolean {
    const isIt = ({ request }: OrderedWanted): boolean =>
      request.chunkIndex === chunk.chunkIndex && request.fileHash === chunk.fileHash
    const wanted = this.authorizations?.findWaiting(isIt) ?? this.#free.find(isIt)
    if (wanted === undefined) return false
    this.#remove(wanted)
    wanted.takeBack()
    return true
  }

  /** The books allow more, perhaps: whatever may go now goes. */
  wake(): void {
    this.authorizations?.wake()
    this.#sendFree()
  }

  /** A slot is free. */
  #refill(): void {
    this.authorizations?.pump()
    this.#sendFree()
  }

  receiveChunk(event: PayerEvent & { kind: 'chunk' }, payLoop: PayLoop | undefined): void {
    const { requestId, request, late, block } = event
    const { session, client } = this.#options
    const wanted = this.#take(requestId)
    client.metrics.chunksReceived.inc()
    client.metrics.bytesReceived.inc(block.chunk.byteLength)
    payLoop?.confirm(wanted?.voucher)
    const received = { chunk: block.chunk, proof: block.proof }
    if (!late) wanted?.resolve(received)
    else if (client.onLateChunk !== undefined) client.onLateChunk(request.chunk, received)
    else session.verified(request.chunk) // dropped: nobody will speak of it again
    if (event.creditRose || late) this.wake()
    else this.#refill()
  }

  receiveRefusal({ requestId, late, refusal }: PayerEvent & { kind: 'refused' }): void {
    const { client } = this.#options
    const wanted = this.#take(requestId)
    if (wanted === undefined || late) return
    if (!retryable(refusal) || !wanted.retry()) {
      wanted.reject(refusalError(refusal, client.clock.now()))
      return
    }
    // The books lagged, by another stream of the pair perhaps. They are right now: ask again, with the best voucher.
    // What was just read may not be on disk yet: `settle` is a durable write after it, and is applied before the request.
    const best = client.account?.highest()
    this.authorizations?.settle((voucher, error) => {
      if (error === undefined) this.authorizations?.carry(voucher ?? best)
    })
    this.#enqueue(wanted)
  }

  receiveCancelled(requestId: number): void {
    this.#take(requestId)
  }

  /** Rejects everything. */
  close(error: Error): void {
    const unsent = [...(this.authorizations?.close() ?? []), ...this.#free.splice(0)]
    for (const wanted of [...this.#sent.values(), ...unsent]) wanted.reject(error)
    this.#sent.clear()
  }

  #take(requestId: number): OrderedWanted | undefined {
    const wanted = this.#sent.get(requestId)
    this.#sent.delete(requestId)
    return wanted
  }

  #enqueue(wanted: OrderedWanted): void {
    if (wanted.want.price > 0n && this.authorizations !== undefined) {
      this.authorizations.enqueue(wanted)
      return
    }
    this.#free.push(wanted)
    this.#sendFree()
  }

  #sendFree(): void {
    while (this.#options.session.hasRoom) {
      const wanted = this.#free.shift()
      if (wanted === undefined) return
      this.#send(wanted, this.#options.session.send(wanted.want), undefined)
    }
  }

  #send(wanted: OrderedWanted, requestId: number, voucher: Voucher | undefined): void {
    const { client, push, carriage } = this.#options
    const { fileHash, chunkIndex, quoteId, wantProof } = wanted.request
    wanted.requestId = requestId
    this.#sent.set(requestId, wanted)
    if (carriage !== undefined) {
      void carriage.fetch(wanted, requestId, voucher)
      return
    }
    wanted.voucher = voucher
    if (voucher !== undefined) client.metrics.vouchersSent.inc()
    push({ type: 'want', requestId, fileHash, chunkIndex, quoteId, voucher, wantProof: wantProof === true }, () =>
      client.failPoints?.hit('want-sent'),
    )
  }

  #remove(wanted: OrderedWanted): void {
    this.authorizations?.remove(wanted)
    this.#free = this.#free.filter((other) => other !== wanted)
  }

  #abandon(wanted: OrderedWanted): void {
    const { client, session, push } = this.#options
    client.metrics.requestsCancelled.inc()
    const { requestId } = wanted
    if (requestId === undefined) {
      this.#remove(wanted)
    } else if (session.cancel(requestId) && this.#options.carriage === undefined) {
      // What another protocol carries comes to its end, late: half a chunk would leave it open whether it counts.
      push({ type: 'cancel', target: { kind: 'request', requestId } })
    }
  }
}
