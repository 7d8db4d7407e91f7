import type { Counter } from '../../system/metrics.ts'

/** Makes a counter of that name; `node/` passes the registry of the process. */
export type CounterFactory = (options: { readonly name: string; readonly help: string }) => Counter

/** What is counted of serving. */
export interface SeederMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  /** Of these, to peers with a grant. */
  readonly bytesSentGranted: Counter
  /** Chunks that were asked for and not admitted. */
  readonly chunksRefused: Counter
  readonly connectionsRefused: Counter
  /** Connections that were ended because of what came on them. */
  readonly peersRefused: Counter
}

/** What is counted of downloading. */
export interface DownloaderMetrics {
  readonly chunksReceived: Counter
  readonly bytesReceived: Counter
  readonly requestsFailed: Counter
}

const NOTHING: Counter = { inc() {} }
const NO_COUNTERS: CounterFactory = () => NOTHING

export function createSeederMetrics(counter: CounterFactory = NO_COUNTERS): SeederMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_bittorrent_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent over BitTorrent, whole or in part.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of chunks sent over BitTorrent.'),
    bytesSentGranted: make('granted_sent_bytes', 'Bytes of chunks sent over BitTorrent to peers that showed a grant.'),
    chunksRefused: make('chunks_refused', 'Chunks that were asked for over BitTorrent and not granted.'),
    connectionsRefused: make('connections_refused', 'BitTorrent connections over the limits.'),
    peersRefused: make('peers_refused', 'BitTorrent connections that were ended for what came on them.'),
  }
}

export function createDownloaderMetrics(counter: CounterFactory = NO_COUNTERS): DownloaderMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_bittorrent_${what}_total`, help })
  return {
    chunksReceived: make('chunks_received', 'Chunks received over BitTorrent, before verification.'),
    bytesReceived: make('chunk_received_bytes', 'Bytes of the chunks received over BitTorrent, before verification.'),
    requestsFailed: make('requests_failed', 'Requests for chunks over BitTorrent that brought none.'),
  }
}
