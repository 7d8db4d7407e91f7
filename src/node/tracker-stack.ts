import { isIPv6 } from 'node:net'
import type { Network } from '../network/network.ts'
import { createTrackerMetrics } from '../public-protocols/bittorrent/tracker/metrics.ts'
import { startTracker } from '../public-protocols/bittorrent/tracker/tracker-server.ts'
import type { CounterFactory } from '../system/metrics.ts'
import { announcedPeers } from './bittorrent-listen.ts'
import type { HttpListen, NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'

/** The port that most trackers use. */
const DEFAULT_PORT = 6_969

/** The trackers of this node: its own, when it is one, and those of the settings. */
export interface TrackerStack {
  /** URLs of all of them. While no address of this node is known its own is missing. */
  urls(): readonly string[]
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface TrackerParts {
  readonly system: NodeSystem
  readonly network: Pick<Network, 'addresses'>
  readonly counter: CounterFactory
}

/** Serves a tracker where the configuration wants that. @throws ChiralError `LISTEN_FAILED` */
export async function openTrackers(
  config: NodeConfig,
  { system, network, counter }: TrackerParts,
): Promise<TrackerStack> {
  const { trackers = [], serveTracker = false, trackerListen } = config.bittorrent ?? {}
  if (!serveTracker) return { urls: () => trackers, async stop() {} }
  const listen = trackerListen ?? defaultListen(config.network.scope, network.addresses())
  const { clock, random, log } = system
  const tracker = await startTracker({ clock, random, log, metrics: createTrackerMetrics(counter) }, listen)
  return {
    urls() {
      const [own] = announcedPeers({ ...listen, port: tracker.port }, network.addresses())
      const urls = own === undefined ? [] : [`ws://${own}/`, `udp://${own}`, `http://${own}/announce`]
      return [...new Set([...urls, ...trackers])]
    },
    stop: () => tracker.stop(),
  }
}

/** A tracker that nobody outside can reach is one for this machine, until an address is known. */
function defaultListen(scope: NodeConfig['network']['scope'], addresses: readonly string[]): HttpListen {
  if (scope === 'loopback') return { host: '127.0.0.1', port: 0 }
  const onlyIpv6 = addresses.length > 0 && addresses.every((address) => isIPv6(address.split('/')[2] ?? ''))
  return { host: onlyIpv6 ? '::' : '0.0.0.0', port: DEFAULT_PORT }
}
