import type { TransferFile, TransferSession } from '../domain/transfer.ts'
import {
  openSwarmTransfer,
  type SwarmDependencies,
  type SwarmPlace,
} from '../public-protocols/bittorrent/webrtc/swarm-transfer.ts'
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
export function webtorrentConnectors(parts: {
  readonly network: Pick<NetworkConfig, 'scope' | 'iceServers'>
  readonly clock: Clock
  readonly random: Random
  readonly counter: CounterFactory
}): {
  /** From the seeder that an offer names. */
  readonly webtorrent: NonNullable<PublicConnectors['webtorrent']>
  /** From whoever answers at a tracker. */
  meet(
    place: SwarmPlace,
    file: TransferFile,
    options: Pick<SwarmDependencies, 'reach' | 'signal'>,
  ): Promise<TransferSession>
} {
  const { network, clock, random } = parts
  const metrics = createDownloaderMetrics('webtorrent', parts.counter)
  const rtc = webrtcSettings(network, clock)
  const common = { rtc, clock, random, metrics }
  return {
    webtorrent: (endpoint, file, { grant, signal }) =>
      openWebtorrentTransfer(endpoint, file, { ...common, resolve: resolveHost, grant, signal }),
    meet: (place, file, options) => openSwarmTransfer(place, file, { ...common, ...options }),
  }
}
