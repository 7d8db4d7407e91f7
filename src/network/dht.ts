import type { PeerInfo } from '@libp2p/interface'
import type { KadDHT, SingleKadDHT } from '@libp2p/kad-dht'
import type { CID } from 'multiformats/cid'

/** A query's deadline; `done` is called when the query ended. */
interface Limit {
  readonly signal: AbortSignal
  done(): void
}

/** Peers that took our provider record. */
export async function provide(dht: KadDHT, cid: CID, limit: Limit): Promise<number> {
  const takers = new Set<string>()
  try {
    // a dead peer in the table makes the query "succeed" with QUERY_ERROR events alone: only answers count
    for await (const event of dht.provide(cid, { signal: limit.signal }))
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') takers.add(event.from.toString())
  } catch (error) {
    if (!limit.signal.aborted) throw error
  } finally {
    limit.done()
  }
  return takers.size
}

/** Each provider once, as the answers come in; ends at the deadline without an error. */
export async function* findProviders(dht: KadDHT, cid: CID, limit: Limit): AsyncGenerator<PeerInfo> {
  const seen = new Set<string>()
  try {
    for await (const event of dht.findProviders(cid, { signal: limit.signal })) {
      if (event.name !== 'PROVIDER') continue
      for (const provider of event.providers) {
        if (seen.has(provider.id.toString())) continue
        seen.add(provider.id.toString())
        yield provider
      }
    }
  } catch (error) {
    if (!limit.signal.aborted) throw error
  } finally {
    limit.done()
  }
}

export function routingTableSize(dht: KadDHT & Partial<SingleKadDHT>): number {
  return dht.routingTable?.size ?? 0
}
