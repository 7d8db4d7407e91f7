import { isIPv4 } from 'node:net'
import { messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { scopeAllowsIp } from '../network/addresses.ts'
import type { Network } from '../network/network.ts'
import type { SwarmPeers } from '../public-protocols/bittorrent/announce/swarm-peers.ts'
import type { OwnTorrent } from '../public-protocols/bittorrent/dht/announcements.ts'
import { randomPlace } from '../public-protocols/bittorrent/dht/place.ts'
import { startDhtNode } from '../public-protocols/bittorrent/dht/udp-node.ts'
import type { UdpEndpoint } from '../public-protocols/kademlia/contact.ts'
import { MAX_CONTACTS_PER_ADDRESS } from '../public-protocols/kademlia/limits.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Swarms } from './bittorrent-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { ipsOf } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'
import type { StoredShare } from './share-store.ts'
import { startAtPort } from './start-at-port.ts'

/** How often it is looked at what is served, for a price may have changed, and met whom the settings name while nobody is known. */
const LOOK_MS = 10_000

/** The torrents of what this node serves, announced in the BitTorrent DHT. */
export interface DhtStack {
  /** A UDP port; `undefined` while the DHT is off. */
  readonly port: number | undefined
  /** Those that others announced; `undefined` while the DHT is off. */
  readonly peers: SwarmPeers | undefined
  add(share: Pick<StoredShare, 'fileHash'>): void
  forget(fileHash: FileHash): void
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface DhtParts {
  readonly system: NodeSystem
  readonly network: Pick<Network, 'addresses'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly counter: CounterFactory
  /** What has a torrent; `undefined`: nothing. */
  readonly swarms: Pick<Swarms, 'port' | 'dialledPort' | 'torrentOf'> | undefined
  /** A file of this node that is for whoever asks. */
  share(fileHash: FileHash): Pick<StoredShare, 'pricePerMiB'> | undefined
  /** The IP addresses of a host name. */
  resolve(hostname: string): Promise<readonly string[]>
}

/** Takes part in the BitTorrent DHT, where the configuration says whom to meet. @throws ChiralError `LISTEN_FAILED` */
export async function openDht(config: NodeConfig, parts: DhtParts): Promise<DhtStack> {
  const { dhtBootstrap: met = [], announce } = config.bittorrent ?? {}
  if (met.length === 0) return OFF
  const { swarms, network, system, resolve } = parts
  const { clock, log, random } = system
  const { scope } = config.network
  const options = {
    id: randomPlace(random),
    address: () => [...(announce === undefined ? [] : [announce.host]), ...ipsOf(network.addresses())].find(isIPv4),
    allows: (address: string) => scopeAllowsIp(scope, address),
    contactsPerAddress: scope === 'public' ? MAX_CONTACTS_PER_ADDRESS : Number.POSITIVE_INFINITY,
    counter: parts.counter,
    ...{ clock, log, random },
  }
  const host = scope === 'loopback' ? '127.0.0.1' : '0.0.0.0'
  // Clients have their datagrams at the port where they take connections.
  const wanted = scope === 'loopback' ? 0 : (swarms?.port ?? 0)
  const node = await startAtPort(wanted, (port) => startDhtNode(options, { host, port }))
  const shared = new Set<FileHash>()
  const stopped = new AbortController()
  void parts.ports?.map({ port: node.port, protocol: 'udp' }) // it never rejects

  const tell = (): void => node.serve([...shared].flatMap((fileHash) => announcedOf(parts, fileHash)))
  const meet = async (): Promise<void> => {
    for (const { host: name, port } of met) {
      const addresses = await addressesOf(name, resolve).catch((error: unknown) => {
        log.debug({ host: name, reason: messageOf(error) }, 'a node of the BitTorrent DHT is not known')
        return []
      })
      if (stopped.signal.aborted) return
      node.meet(addresses.map((address): UdpEndpoint => ({ address, port })))
    }
  }
  let cancel = clock.schedule(0, look)
  function look(): void {
    cancel = clock.schedule(LOOK_MS, look)
    tell()
    if (node.contacts() === 0) void meet()
  }
  return {
    port: node.port,
    peers: node,
    add({ fileHash }) {
      shared.add(fileHash)
      tell()
    },
    forget(fileHash) {
      shared.delete(fileHash)
      tell()
    },
    stop() {
      stopped.abort()
      cancel()
      return node.stop()
    },
  }
}

const OFF: DhtStack = { port: undefined, peers: undefined, add() {}, forget() {}, async stop() {} }

/** SPEC 16 §5: "The node MUST NOT announce a file with a price": who comes from there knows no way to pay. */
function announcedOf({ share, swarms }: DhtParts, fileHash: FileHash): OwnTorrent[] {
  const found = share(fileHash)
  const torrent = found === undefined || found.pricePerMiB > 0n ? undefined : swarms?.torrentOf(fileHash)
  const port = swarms?.dialledPort()
  // What is not served over TCP cannot be got by who finds it there.
  if (torrent === undefined || port === undefined) return []
  return [{ target: torrent.infohash, port }]
}

async function addressesOf(host: string, resolve: DhtParts['resolve']): Promise<readonly string[]> {
  return isIPv4(host) ? [host] : (await resolve(host)).filter((address) => isIPv4(address))
}
