import { openWebtorrentTransfer } from '../public-protocols/bittorrent/webrtc/webtorrent-transfer.ts'
import { createDownloaderMetrics } from '../public-protocols/downloader-metrics.ts'
import type { Clock } from '../system/clock.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Random } from '../system/random.ts'
import { resolveHost } from '../system/resolve-host.ts'
import type { PublicConnectors } from './download/public-endpoints.ts'
import type { NetworkConfig } from './node-config.ts'
import { webrtcSettings } from './webrtc-settings.ts'

/** How a download gets a file over WebTorrent: through trackers, and from addresses, of its scope alone. */
export function webtorrentConnector(parts: {
  readonly network: Pick<NetworkConfig, 'scope' | 'iceServers'>
  readonly clock: Clock
  readonly random: Random
  readonly counter: CounterFactory
}): NonNullable<PublicConnectors['webtorrent']> {
  const { network, clock, random } = parts
  const metrics = createDownloaderMetrics('webtorrent', parts.counter)
  const rtc = webrtcSettings(network, clock)
  return (endpoint, file, { grant, signal }) =>
    openWebtorrentTransfer(endpoint, file, { rtc, resolve: resolveHost, clock, random, metrics, grant, signal })
}
