import { toHex } from '../../domain/bytes.ts'
import { scopeAllowsIp } from '../../network/addresses.ts'
import type { SwarmPeers } from '../../public-protocols/bittorrent/announce/swarm-peers.ts'
import { trackerPeers } from '../../public-protocols/bittorrent/announce/tracker-peers.ts'
import { parseTrackerUrl, type TrackerUrl } from '../../public-protocols/bittorrent/announce/tracker-url.ts'
import { newPeerId } from '../../public-protocols/bittorrent/peer-id.ts'
import type { TrackerReach } from '../../public-protocols/bittorrent/tracker-reach.ts'
import type { BanList } from '../ban-list.ts'
import type { DownloadStore } from '../download/download-store.ts'
import type { FreeSources } from '../download/free-sources.ts'
import type { NetworkConfig } from '../node-config.ts'
import type { NodeSystem } from '../node-system.ts'
import type { TrackerStack } from '../tracker-stack.ts'
import type { webtorrentConnectors } from '../webtorrent-client.ts'
import { type OpenSwarm, StrangerPool } from './pool.ts'
import type { SwarmsToAsk } from './search.ts'

/** What trackers are told where nobody listens: no client dials the port "discard". */
const NO_PORT = 9

export interface FreeSourcesParts {
  readonly system: NodeSystem
  readonly scope: NetworkConfig['scope']
  readonly bans: BanList
  readonly store: DownloadStore
  /** Those of bootstrap peers become known in time. */
  readonly trackers: Pick<TrackerStack, 'urls' | 'reach'>
  /** Absent where this node takes no part in the BitTorrent DHT. */
  readonly dht: SwarmPeers | undefined
  readonly kad: SwarmsToAsk['kad']
  readonly meet: ReturnType<typeof webtorrentConnectors>['meet']
}

/** Peers of public swarms for downloads: of the swarms that the settings name. */
export function createFreeSources(parts: FreeSourcesParts): FreeSources {
  const { system, scope, bans, store, trackers, dht, kad, meet } = parts
  const { clock, log } = system
  const { reach } = trackers
  const meetAnybody: OpenSwarm = (place, file, signal) => meet(place, file, { reach, signal })
  const inDht = dht === undefined ? [] : [dht]
  const allows = (host: string): boolean => scopeAllowsIp(scope, host)
  return {
    join(download) {
      const urls = trackers.urls().map((url) => parseTrackerUrl(url))
      const signalling = urls.filter(({ kind }) => kind === 'websocket').map(({ href }) => href)
      const torrents = [...swarmsOf(urls, reach, system), ...inDht]
      const ask = { torrents, signalling, kad }
      return new StrangerPool({ clock, log, bans, store, ask, allows, meet: meetAnybody }, download)
    },
  }
}

/** Those on WebSockets know peers of WebRTC alone. */
function swarmsOf(urls: readonly TrackerUrl[], reach: TrackerReach, { clock, random, log }: NodeSystem): SwarmPeers[] {
  const own = { peerId: toHex(newPeerId(random)), port: NO_PORT }
  return urls
    .filter(({ kind }) => kind !== 'websocket')
    .map((tracker) => trackerPeers(tracker, own, { clock, random, log, reach }))
}
