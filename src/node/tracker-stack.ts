import { isIPv6 } from 'node:net'
import { scopeAllowsIp } from '../network/addresses.ts'
import type { Network } from '../network/network.ts'
import { createTrackerMetrics } from '../public-protocols/bittorrent/tracker/metrics.ts'
import { startTracker } from '../public-protocols/bittorrent/tracker/tracker-server.ts'
import type { TrackerReach } from '../public-protocols/bittorrent/tracker-reach.ts'
import type { CounterFactory } from '../system/metrics.ts'
import { announcedTracker } from './bittorrent-listen.ts'
import type { HttpListen, NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { RouterPorts } from './router-ports.ts'
import { readTlsFiles } from './tls-files.ts'
import { learnTrackers, tellTrackers } from './tracker-exchange.ts'

/** The port that most trackers use. */
const DEFAULT_PORT = 6_969

/** The trackers of this node: its own, when it is one, and those of the settings; where there are none, those of its bootstrap peers. */
export interface TrackerStack {
  /** URLs of all of them. While no address of this node is known, those of its own that need one are missing. */
  urls(): readonly string[]
  /** Those that the settings name are gone to wherever they are; those that bootstrap peers name, within the scope. */
  readonly reach: TrackerReach
  /** Calls the listener when a bootstrap peer has named trackers that were not known. */
  onLearned(listener: () => void): void
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface TrackerParts {
  readonly system: NodeSystem
  readonly network: Pick<Network, 'addresses' | 'handle' | 'unhandle' | 'onConnect' | 'isConnected' | 'openStream'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly counter: CounterFactory
  readonly resolve: TrackerReach['resolve']
}

/** Serves a tracker where the configuration wants that. @throws ChiralError `LISTEN_FAILED`, `TLS_INVALID` */
export async function openTrackers(
  config: NodeConfig,
  { system, network, ports, counter, resolve }: TrackerParts,
): Promise<TrackerStack> {
  const { trackers = [], serveTracker = false, trackerListen, trackerTls } = config.bittorrent ?? {}
  const reach = { allows: () => true, resolve }
  if (!serveTracker) return trackers.length > 0 ? fixed(trackers, reach) : learned(config, system, network, resolve)
  const listen = trackerListen ?? defaultListen(config.network.scope, network.addresses())
  const { clock, random, log } = system
  const tls = trackerTls === undefined ? undefined : await readTlsFiles(trackerTls)
  const metrics = createTrackerMetrics(counter)
  const tracker = await startTracker({ clock, random, log, metrics }, { ...listen, tls })
  const at = { ...listen, port: tracker.port }
  // Waited for: what is shared is told to the URL that others have.
  await Promise.all((['tcp', 'udp'] as const).map((protocol) => ports?.map({ port: tracker.port, protocol })))
  const own = (): readonly string[] => announcedTracker(at, network.addresses(), tls?.host, ports)
  const tellNoMore = await tellTrackers(network, own)
  return {
    urls: () => [...new Set([...own(), ...trackers])],
    reach,
    onLearned() {},
    async stop() {
      await tellNoMore()
      await tracker.stop()
    },
  }
}

function fixed(trackers: readonly string[], reach: TrackerReach): TrackerStack {
  return { urls: () => trackers, reach, onLearned() {}, async stop() {} }
}

function learned(
  { network: { bootstrap, scope }, bittorrent }: NodeConfig,
  { clock, log }: NodeSystem,
  network: TrackerParts['network'],
  resolve: TrackerReach['resolve'],
): TrackerStack {
  const reach = { allows: (address: string) => scopeAllowsIp(scope, address), resolve }
  if (bootstrap.length === 0 || bittorrent?.bootstrapTrackers === false) return fixed([], reach)
  const listeners = new Set<() => void>()
  const trackers = learnTrackers({
    ...{ network, bootstrap, clock, log },
    allows: reach.allows,
    onLearned() {
      for (const listener of listeners) listener()
    },
  })
  return {
    urls: () => trackers.urls(),
    reach,
    onLearned: (listener) => void listeners.add(listener),
    async stop() {
      trackers.stop()
    },
  }
}

/** A tracker that nobody outside can reach is one for this machine, until an address is known. */
function defaultListen(scope: NodeConfig['network']['scope'], addresses: readonly string[]): HttpListen {
  if (scope === 'loopback') return { host: '127.0.0.1', port: 0 }
  const onlyIpv6 = addresses.length > 0 && addresses.every((address) => isIPv6(address.split('/')[2] ?? ''))
  return { host: onlyIpv6 ? '::' : '0.0.0.0', port: DEFAULT_PORT }
}
