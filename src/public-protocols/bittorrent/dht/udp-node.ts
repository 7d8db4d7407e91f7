import type { CounterFactory } from '../../../system/metrics.ts'
import type { UdpEndpoint } from '../../kademlia/contact.ts'
import { createDatagramMetrics } from '../../kademlia/metrics.ts'
import { startUdpNode, type UdpNodeParts } from '../../kademlia/udp-node.ts'
import type { SwarmPeers } from '../announce/swarm-peers.ts'
import type { Endpoint } from '../tracker/compact.ts'
import type { OwnTorrent } from './announcements.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import { type DhtOptions, DhtState } from './dht-state.ts'
import type { DhtMessage } from './message.ts'

export interface DhtNodeParts extends DhtOptions, Pick<UdpNodeParts<DhtMessage, DhtState>, 'clock' | 'log'> {
  readonly counter?: CounterFactory
}

/** A node of the BitTorrent DHT at a UDP port. */
export interface DhtNode extends SwarmPeers {
  readonly port: number
  /** Nodes that answered. */
  contacts(): number
  /** The torrents that are announced from now on, and told to whoever asks here. */
  serve(torrents: Iterable<OwnTorrent>): void
  /** Asks somebody of whom only the address is known. */
  meet(endpoints: readonly UdpEndpoint[]): void
  /** Twice is fine. */
  stop(): Promise<void>
}

/** Takes part in the BitTorrent DHT. @param at an IPv4 address, and a port of which 0 is any. @throws ChiralError `LISTEN_FAILED` */
export async function startDhtNode(
  parts: DhtNodeParts,
  at: { readonly host: string; readonly port: number },
): Promise<DhtNode> {
  const { clock, log, counter } = parts
  const name = 'the BitTorrent DHT'
  const node = await startUdpNode<DhtMessage, readonly Endpoint[], DhtState>(
    {
      ...{ clock, log, name, encode: encodeMessage, decode: decodeMessage },
      metrics: createDatagramMetrics({ key: 'bittorrent_dht', name }, counter),
      createState: () => new DhtState(parts),
    },
    at,
  )
  const { port, state } = node
  return {
    port,
    contacts: () => state.contacts,
    serve: (torrents) => state.serve(torrents, clock.monotonic()),
    meet: (endpoints) => node.perform(state.meet(endpoints, clock.monotonic())),
    findPeers: (infohash, signal) => node.find((now) => state.search(infohash, now), signal),
    stop: () => node.stop(),
  }
}
