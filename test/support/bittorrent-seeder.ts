import { equalBytes } from '../../src/domain/bytes.ts'
import type { FileHash } from '../../src/domain/ids.ts'
import { torrentKeyOf } from '../../src/public-protocols/bittorrent/encryption/torrent-key.ts'
import type { DialRules } from '../../src/public-protocols/bittorrent/endpoint.ts'
import { createSeederMetrics, type SeederMetrics } from '../../src/public-protocols/bittorrent/metrics.ts'
import { newPeerId } from '../../src/public-protocols/bittorrent/peer-id.ts'
import type { ServedTorrent, ServedTorrents } from '../../src/public-protocols/bittorrent/served-torrents.ts'
import type { ServeParts } from '../../src/public-protocols/bittorrent/served-wire.ts'
import { startBittorrentSeeder } from '../../src/public-protocols/bittorrent/server.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { grantIdOf } from '../../src/public-protocols/grant-proof.ts'
import type { Clock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import type { RateLimit } from '../../src/system/rate-limit.ts'
import { seededRandom } from './seeded-random.ts'

/** A leecher of this machine alone. */
export const LOOPBACK_RULES: DialRules = { allows: (address) => address === '127.0.0.1' }

/** Lets everything leave, for nothing. */
export const OPEN_GATE: Gate = { admit: async () => ({ kind: 'admitted', async finished() {} }) }

/** One file that is served. */
export function torrentsOf(
  torrent: ServedTorrent,
  read: (chunkIndex: number) => Promise<Uint8Array>,
  { grants = [], info }: { readonly grants?: readonly string[]; readonly info?: Uint8Array } = {},
): ServedTorrents {
  return {
    torrent: (infohash) => (infohash === torrent.infohash ? torrent : undefined),
    infohash: (key) => (key === torrentKeyOf(torrent.infohash) ? torrent.infohash : undefined),
    read: (_fileHash: FileHash, chunkIndex) => read(chunkIndex),
    info: () => info,
    grant: (grantId) => grants.find((grant) => equalBytes(grantIdOf(grant), grantId)),
  }
}

export function servePartsOf(
  torrents: ServedTorrents,
  options: {
    readonly clock: Clock
    readonly gate?: Gate
    readonly metrics?: SeederMetrics
    readonly rate?: RateLimit
  },
): ServeParts {
  const { clock, gate = OPEN_GATE, metrics = createSeederMetrics(), rate } = options
  const random = seededRandom('bittorrent seeder')
  return { torrents, gate, clock, log: silentLogger, metrics, rate, random, peerId: newPeerId(random) }
}

/** A seeder on a free port of 127.0.0.1. */
export function startTestBittorrent(parts: ServeParts) {
  return startBittorrentSeeder(parts, { host: '127.0.0.1', port: 0 })
}
