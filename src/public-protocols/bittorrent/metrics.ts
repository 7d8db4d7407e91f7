import { type Counter, type CounterFactory, NO_COUNTERS } from '../../system/metrics.ts'

/** What is counted of serving. */
export interface SeederMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  /** Of these, to peers with a grant. */
  readonly bytesSentGranted: Counter
  /** Chunks that were asked for and not admitted. */
  readonly chunksRefused: Counter
  readonly connectionsRefused: Counter
  /** Connections that began with a handshake of encryption which was good. */
  readonly connectionsEncrypted: Counter
  /** Connections that were ended because of what came on them. */
  readonly peersRefused: Counter
}

export function createSeederMetrics(counter: CounterFactory = NO_COUNTERS): SeederMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_bittorrent_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent over BitTorrent, whole or in part.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of chunks sent over BitTorrent.'),
    bytesSentGranted: make('granted_sent_bytes', 'Bytes of chunks sent over BitTorrent to peers that showed a grant.'),
    chunksRefused: make('chunks_refused', 'Chunks that were asked for over BitTorrent and not granted.'),
    connectionsRefused: make('connections_refused', 'BitTorrent connections over the limits.'),
    connectionsEncrypted: make('connections_encrypted', 'BitTorrent connections that peers opened with encryption.'),
    peersRefused: make('peers_refused', 'BitTorrent connections that were ended for what came on them.'),
  }
}
