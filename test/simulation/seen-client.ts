import type { Wei } from '../../src/domain/amount.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import { never } from './life.ts'
import type { ChunkName } from './witness.ts'

/** Requests of one machine at one instant: far more than all windows hold. */
const MAX_REQUESTS_AT_ONCE = 10_000

/** Tells a node that asks, is refused and asks again without time going by: the run would never get beyond that instant. */
export class Rush {
  #at = 0
  #count = 0

  allows(at: number): boolean {
    if (at !== this.#at) this.#count = 0
    this.#at = at
    return ++this.#count <= MAX_REQUESTS_AT_ONCE
  }
}

/** The client, with what is asked of it and what it hands out seen. A request that is not allowed is never answered. */
export function seen(
  client: ChunkClient,
  on: { asked: (price: Wei) => boolean; came: (chunk: ChunkName, bytes: Uint8Array) => void },
): ChunkClient {
  return {
    protocol: client.protocol,
    ...(client.sessionId === undefined ? {} : { sessionId: client.sessionId }),
    get payee() {
      return client.payee
    },
    get status() {
      return client.status
    },
    get ended() {
      return client.ended
    },
    quote: (fileHash, signal) => client.quote(fileHash, signal),
    bid: (fileHash, bid, signal) => client.bid(fileHash, bid, signal),
    async request(request) {
      if (!on.asked(request.price)) return never()
      const received = await client.request(request)
      on.came(request, received.chunk)
      return received
    },
    withdraw: (chunk) => client.withdraw(chunk),
    verified: (chunk, price) => client.verified(chunk, price),
    alreadyHave: (chunk) => client.alreadyHave(chunk),
    disown: (chunk, price) => client.disown(chunk, price),
    payAhead: (price) => client.payAhead(price),
    settle: () => client.settle(),
    closeChannel: () => client.closeChannel(),
    close: () => client.close(),
  }
}
