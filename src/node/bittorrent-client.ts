import { scopeAllowsIp } from '../network/addresses.ts'
import { openBittorrentTransfer } from '../public-protocols/bittorrent/bittorrent-transfer.ts'
import { createDownloaderMetrics } from '../public-protocols/downloader-metrics.ts'
import type { Clock } from '../system/clock.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Random } from '../system/random.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import type { NetworkConfig } from './node-config.ts'

/** How a download gets a file over BitTorrent: from addresses of its scope alone. */
export function bittorrentConnector(parts: {
  readonly scope: NetworkConfig['scope']
  readonly clock: Clock
  readonly random: Random
  readonly counter: CounterFactory
}): NonNullable<PublicConnectors['bittorrent']> {
  const { scope, clock, random } = parts
  const metrics = createDownloaderMetrics('bittorrent', parts.counter)
  const rules = { allows: (address: string) => scopeAllowsIp(scope, address) }
  return (endpoint, file, { grant, signal }) =>
    openBittorrentTransfer(endpoint, file, { rules, clock, random, metrics, grant, signal })
}
