import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
import { type Ping, ping } from '@libp2p/ping'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Clock } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import { announceable, parseMultiaddr } from './addresses.ts'
import { type AddressManager, announceForwarded } from './forwarded-address.ts'
import {
  ADDRESS_DIAL_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  DHT_BUCKET_SIZE,
  HEALTH_CHECK_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_INBOUND_CONNECTIONS_PER_SECOND,
  MAX_PENDING_INBOUND_CONNECTIONS,
  PINGS_AT_ONCE,
  PROVIDER_RECORD_SWEEP_MS,
  PROVIDER_RECORD_TTL_MS,
  RELAY_RESERVATIONS,
} from './limits.ts'
import type { ForwardedAddress, NetworkScope } from './network.ts'
import type { PeerGate } from './peer-gate.ts'
import { ALL_TRANSPORTS, createStack, type TransportName } from './transports.ts'

export interface NetworkOptions {
  /** 32 bytes; the peer id is made from it, so whoever stores it keeps the identity. */
  readonly privateKeySeed: Uint8Array
  /** Multiaddrs; port 0 takes a free one. */
  readonly listen: readonly string[]
  /** What to announce instead of the listen addresses: a public node needs it, nobody else can verify its address yet. */
  readonly announce?: readonly string[]
  readonly scope: NetworkScope
  readonly bootstrap: readonly string[]
  /** The DHT's protocol id, `/chiral/<chainId>/<genesis8>/kad/1`: nodes of another chain are not in it. */
  readonly dhtPrefix: string
  /** Default: all. */
  readonly transports?: readonly TransportName[]
  /** Relays at which this node can be met by peers that cannot dial it; the two then connect by WebRTC. Addresses with `/p2p/`. */
  readonly relays?: readonly string[]
  /** Be such a relay: it carries how to connect, never chunks. */
  readonly serveAsRelay?: boolean
  /** STUN and TURN servers that help with that; none by default. */
  readonly iceServers?: readonly string[]
  /** Only ask the DHT: for a node that nobody can dial and that does not stay, such as a page. */
  readonly dhtClient?: boolean
  readonly clock: Clock
  readonly log: Logger
}

export type Services = { identify: unknown; ping: Ping; dht: KadDHT; listening: Listening }

/** What libp2p has no method for. */
interface Listening {
  /** Listens at one more address while it runs. */
  at(address: Multiaddr): Promise<void>
  /** Where it listens, whether or not that is announced. */
  addresses(): Multiaddr[]
  /** A router forwards a TCP port on IPv4 to ours, or does so no more. */
  forwarded(change: ForwardedAddress): void
}

/** The parts of libp2p that this takes: its own types of them are internal. */
interface ListeningParts {
  readonly transportManager: { listen(addresses: Multiaddr[]): Promise<void>; getAddrs(): Multiaddr[] }
  readonly addressManager: AddressManager
}

/** The configured and not yet started libp2p node. @throws DecodeError when an address is none */
export async function createNode(options: NetworkOptions, gate: PeerGate): Promise<Libp2p<Services>> {
  const announce = [...new Set((options.announce ?? []).map((address) => parseMultiaddr(address).toString()))]
  for (const address of options.listen) parseMultiaddr(address)
  const isPublic = options.scope === 'public'
  return createLibp2p<Services>({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', options.privateKeySeed),
    ...(await createStack({
      names: options.transports ?? ALL_TRANSPORTS,
      iceServers: options.iceServers ?? [],
      clock: options.clock,
    })),
    addresses: {
      // At the relays themselves it listens later (relays.ts): one that is away must not keep the node from starting.
      listen: [...options.listen, ...((options.relays ?? []).length === 0 ? [] : ['/webrtc'])],
      announce,
      // Told what to announce, libp2p announces that alone.
      announceFilter: (addresses) => (announce.length > 0 ? addresses : announceable(options.scope, addresses)),
    },
    connectionGater: gate.gater,
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      dialTimeout: CONNECT_TIMEOUT_MS,
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      inboundConnectionThreshold: MAX_INBOUND_CONNECTIONS_PER_SECOND,
      maxIncomingPendingConnections: MAX_PENDING_INBOUND_CONNECTIONS,
    },
    connectionMonitor: { pingTimeout: { minTimeout: HEALTH_CHECK_TIMEOUT_MS } },
    services: {
      identify: identify(),
      ...(options.serveAsRelay === true
        ? { relay: circuitRelayServer({ reservations: { maxReservations: RELAY_RESERVATIONS } }) }
        : {}),
      listening: ({ transportManager, addressManager }: ListeningParts) => ({
        at: (address: Multiaddr) => transportManager.listen([address]),
        addresses: () => transportManager.getAddrs(),
        forwarded: (change: ForwardedAddress) => announceForwarded(addressManager, change),
      }),
      ping: ping({ maxOutboundStreams: PINGS_AT_ONCE, maxInboundStreams: PINGS_AT_ONCE }),
      dht: kadDHT({
        protocol: options.dhtPrefix,
        kBucketSize: DHT_BUCKET_SIZE,
        // a node alone answers from its own records instead of waiting for a peer
        allowQueryWithZeroPeers: true,
        peerInfoMapper: isPublic ? removePrivateAddressesMapper : passthroughMapper,
        // in public, kad-dht serves once the node has a public address
        ...(isPublic ? {} : { clientMode: options.dhtClient === true }),
        // who republishes is src/discovery: this only sweeps out what expired
        reprovide: { validity: PROVIDER_RECORD_TTL_MS, interval: PROVIDER_RECORD_SWEEP_MS, threshold: 0 },
      }),
    },
  })
}
