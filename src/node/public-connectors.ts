import type { CounterFactory } from '../public-protocols/http/metrics.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { bittorrentConnector } from './bittorrent-client.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import { httpConnector } from './http-client.ts'
import type { NetworkConfig } from './node-config.ts'
import { webtorrentConnector } from './webtorrent-client.ts'

/** How downloads get files by public protocols: one line for each that is spoken. */
export function publicConnectors(parts: {
  readonly network: Pick<NetworkConfig, 'scope' | 'iceServers'>
  readonly clock: Clock
  readonly random: Random
  readonly counter: CounterFactory
}): PublicConnectors {
  const { scope } = parts.network
  return {
    http: httpConnector({ ...parts, scope }),
    bittorrent: bittorrentConnector({ ...parts, scope }),
    webtorrent: webtorrentConnector(parts),
  }
}
