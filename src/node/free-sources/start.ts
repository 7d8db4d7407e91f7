import { toHex } from '../../domain/bytes.ts'
import { scopeAllowsIp } from '../../network/addresses.ts'
import type { SwarmPeers } from '../../public-protocols/bittorrent/announce/swarm-peers.ts'
import { trackerPeers } from '../../public-protocols/bittorrent/announce/tracker-peers.ts'
import { parseTrackerUrl } from '../../public-protocols/bittorrent/announce/tracker-url.ts'
import { newPeerId } from '../../public-protocols/bittorrent/peer-id.ts'
import type { BanList } from '../ban-list.ts'
import type { DownloadStore } from '../download/download-store.ts'
import type { FreeSources } from '../download/free-sources.ts'
import type { NetworkConfig } from '../node-config.ts'
import type { NodeSystem } from '../node-system.ts'
import type { TrackerStack } from '../tracker-stack.ts'
import { StrangerPool } from './pool.ts'
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
}

/** Peers of public swarms for downloads: of the swarms that the settings name. */
export function createFreeSources({ system, scope, bans, store, trackers, dht, kad }: FreeSourcesParts): FreeSources {
  const { clock, log } = system
  const inDht = dht === undefined ? [] : [dht]
  const allows = (host: string): boolean => scopeAllowsIp(scope, host)
  return {
    join(download) {
      const ask = { torrents: [...swarmsOf(trackers, system), ...inDht], kad }
      return new StrangerPool({ clock, log, bans, store, ask, allows }, download)
    },
  }
}

function swarmsOf({ urls, reach }: FreeSourcesParts['trackers'], { clock, random, log }: NodeSystem): SwarmPeers[] {
  const own = { peerId: toHex(newPeerId(random)), port: NO_PORT }
  // Those on WebSockets know peers of WebRTC alone.
  const asked = urls()
    .map((url) => parseTrackerUrl(url))
    .filter(({ kind }) => kind !== 'websocket')
  return asked.map((tracker) => trackerPeers(tracker, own, { clock, random, log, reach }))
}
