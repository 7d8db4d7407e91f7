import type { CounterFactory } from '../public-protocols/http/metrics.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { bittorrentConnector } from './bittorrent-client.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import { httpConnector } from './http-client.ts'
import type { NetworkConfig } from './node-config.ts'

/** How downloads get files by public protocols: one line for each that is spoken. */
export function publicConnectors(parts: {
  readonly scope: NetworkConfig['scope']
  readonly clock: Clock
  readonly random: Random
  readonly counter: CounterFactory
}): PublicConnectors {
  return { http: httpConnector(parts), bittorrent: bittorrentConnector(parts) }
}
