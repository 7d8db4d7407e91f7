import { join } from 'node:path'
import { toHex } from '../domain/bytes.ts'
import type { FileHash } from '../domain/ids.ts'
import { createAnnouncer } from '../public-protocols/bittorrent/announce/announcer.ts'
import { parseTrackerUrl } from '../public-protocols/bittorrent/announce/tracker-url.ts'
import { formatMagnet } from '../public-protocols/bittorrent/magnet.ts'
import { serveWire } from '../public-protocols/bittorrent/served-wire.ts'
import type { TrackerReach } from '../public-protocols/bittorrent/tracker-reach.ts'
import { createWebrtcMetrics } from '../public-protocols/bittorrent/webrtc/metrics.ts'
import { startWebrtcSeeder, type WebrtcSeeder } from '../public-protocols/bittorrent/webrtc/webrtc-seeder.ts'
import { nameSeeder, type WebtorrentEndpoint } from '../public-protocols/bittorrent/webrtc/webtorrent-endpoint.ts'
import { fingerprintOf, type TlsIdentity } from '../public-protocols/http/self-signed.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Swarms } from './bittorrent-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { StoredShare } from './share-store.ts'
import { tlsIdentity } from './tls-identity.ts'
import { webrtcSettings } from './webrtc-settings.ts'

/** What is shared, in the swarms of trackers: told to all of them, and served over WebTorrent to who comes through those on WebSockets. */
export interface WebtorrentStack {
  /** The file has its torrent. */
  join(share: StoredShare): void
  /** The file is not shared any more; to be called while its torrent is known. */
  leave(fileHash: FileHash): void
  /** As the offer of a file names it; `undefined` where it is not served this way. */
  endpointOf(share: Pick<StoredShare, 'fileHash'>): WebtorrentEndpoint | undefined
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface WebtorrentParts {
  readonly system: NodeSystem
  readonly counter: CounterFactory
  /** What the swarms are of; `undefined`: nothing has a torrent. */
  readonly swarms: Swarms | undefined
  /** URLs of trackers. */
  readonly trackers: readonly string[]
  readonly reach: TrackerReach
}

/** @throws ChiralError `TLS_INVALID` */
export async function openWebtorrent(config: NodeConfig, parts: WebtorrentParts): Promise<WebtorrentStack> {
  const { swarms, system } = parts
  if (swarms === undefined) return { join() {}, leave() {}, endpointOf: () => undefined, async stop() {} }
  const { serving } = swarms
  const { clock, random, log } = system
  const urls = parts.trackers.map((url) => parseTrackerUrl(url))
  const trackers = urls.filter(({ kind }) => kind === 'websocket').map(({ href }) => href)
  const announcer = createAnnouncer(urls, { clock, random, log, reach: parts.reach })
  const isWanted = config.uploads?.protocols?.includes('webtorrent') ?? true
  const identity =
    isWanted && trackers.length > 0
      ? await tlsIdentity(join(config.dataDirectory, 'webrtc-tls.pem'), system)
      : undefined
  const seeder = identity && startSeeder(config, { ...parts, swarms }, { identity, trackers })
  const peerId = toHex(serving.peerId)

  return {
    join({ fileHash, pricePerMiB }) {
      const infohash = swarms.torrentOf(fileHash)?.infohash
      if (infohash === undefined) return
      seeder?.add(infohash)
      // SPEC 13 §2.4: "The seeder MUST NOT announce a file with a price": who comes from there knows no way to pay.
      const port = swarms.dialledPort()
      if (pricePerMiB > 0n || port === undefined) announcer.remove(infohash)
      else announcer.add({ infohash, peerId, port })
    },
    leave(fileHash) {
      const infohash = swarms.torrentOf(fileHash)?.infohash
      if (infohash === undefined) return
      seeder?.remove(infohash)
      announcer.remove(infohash)
    },
    endpointOf({ fileHash }) {
      const torrent = swarms.torrentOf(fileHash)
      if (torrent === undefined || identity === undefined) return undefined
      const { infohash } = torrent
      // The name is left out: an offer has room for 1,024 bytes, and whoever reads it knows the file.
      const magnet = formatMagnet({ infohash, name: undefined, sizeBytes: undefined, trackers: [], peers: [] })
      return { magnet: nameSeeder(magnet, { peerId, fingerprint: fingerprintOf(identity.certificate) }), trackers }
    },
    async stop() {
      await Promise.all([seeder?.stop(), announcer.stop()])
    },
  }
}

function startSeeder(
  config: NodeConfig,
  { system, counter, reach, swarms: { serving } }: WebtorrentParts & { readonly swarms: Swarms },
  own: { readonly identity: TlsIdentity; readonly trackers: readonly string[] },
): WebrtcSeeder {
  const { clock, log } = system
  return startWebrtcSeeder({
    ...{ ...own, clock, log, reach },
    metrics: createWebrtcMetrics(counter),
    rtc: webrtcSettings(config.network, clock),
    peerId: toHex(serving.peerId),
    serve: (duplex, address) => serveWire(duplex, address, serving),
  })
}
