import { type ServeParts, serveWire } from '../../src/public-protocols/bittorrent/served-wire.ts'
import { createTrackerMetrics } from '../../src/public-protocols/bittorrent/tracker/metrics.ts'
import {
  startTracker,
  type Tracker,
  type TrackerOptions,
} from '../../src/public-protocols/bittorrent/tracker/tracker-server.ts'
import type { TrackerReach } from '../../src/public-protocols/bittorrent/tracker-reach.ts'
import { createWebrtcMetrics } from '../../src/public-protocols/bittorrent/webrtc/metrics.ts'
import type { RtcSettings } from '../../src/public-protocols/bittorrent/webrtc/rtc-connection.ts'
import { startWebrtcSeeder, type WebrtcSeeder } from '../../src/public-protocols/bittorrent/webrtc/webrtc-seeder.ts'
import {
  nameSeeder,
  type WebtorrentEndpoint,
} from '../../src/public-protocols/bittorrent/webrtc/webtorrent-endpoint.ts'
import type { ByteDuplex } from '../../src/public-protocols/bittorrent/wire.ts'
import { createTlsIdentity, fingerprintOf } from '../../src/public-protocols/http/self-signed.ts'
import type { Clock } from '../../src/system/clock.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'
import { seededRandom } from './seeded-random.ts'

const HOST = '127.0.0.1'
const IDENTITY = createTlsIdentity(seededRandom('dtls'))

/** WebRTC of this machine alone. */
export function loopbackRtc(clock: Clock): RtcSettings {
  return { clock, iceServers: [], bindAddress: HOST, allows: (address) => address === HOST }
}

/** Trackers of this machine alone, whatever their name. */
export const LOOPBACK_REACH: TrackerReach = { allows: (address) => address === HOST, resolve: async () => [HOST] }

export interface TestTracker extends Tracker {
  /** On a WebSocket. */
  readonly url: string
  readonly announceUrl: string
}

export async function startTestTracker({
  port = 0,
  tls,
}: Partial<Pick<TrackerOptions, 'port' | 'tls'>> = {}): Promise<TestTracker> {
  const parts = { clock: systemClock, random: systemRandom, log: silentLogger, metrics: createTrackerMetrics() }
  const tracker = await startTracker(parts, { host: HOST, port, tls })
  const [at, s] = [`${HOST}:${tracker.port}`, tls === undefined ? '' : 's']
  return { ...tracker, url: `ws${s}://${at}`, announceUrl: `http${s}://${at}/announce` }
}

export interface TestWebtorrentOptions {
  readonly clock: Clock
  readonly trackers: readonly string[]
  readonly infohash: string
  readonly rtc?: RtcSettings
  /** What connections are served by, in place of the wire itself. */
  readonly serve?: typeof serveWire
}

export interface TestWebtorrent {
  readonly seeder: WebrtcSeeder
  readonly endpoint: WebtorrentEndpoint
  /** Offers that were not answered since there were too many. */
  refused(): number
}

/** A seeder of one torrent that has told its trackers. */
export function startTestWebtorrent(parts: ServeParts, options: TestWebtorrentOptions): TestWebtorrent {
  const { clock, trackers, infohash, serve = serveWire } = options
  const peerId = Buffer.from(parts.peerId).toString('hex')
  let refused = 0
  const count = (name: string): void => {
    if (name === 'chiral_webtorrent_offers_refused_total') refused++
  }
  const seeder = startWebrtcSeeder({
    clock,
    log: silentLogger,
    metrics: createWebrtcMetrics(({ name }) => ({ inc: () => count(name) })),
    rtc: options.rtc ?? loopbackRtc(clock),
    identity: IDENTITY,
    peerId,
    trackers,
    reach: LOOPBACK_REACH,
    serve: (duplex: ByteDuplex, address) => serve(duplex, address, parts),
  })
  seeder.add(infohash)
  const fingerprint = fingerprintOf(IDENTITY.certificate)
  const magnet = nameSeeder(`magnet:?xt=urn:btih:${infohash}`, { peerId, fingerprint })
  return { seeder, endpoint: { magnet, trackers }, refused: () => refused }
}
