import type { Counter } from '../../system/metrics.ts'

/** Makes a counter of that name; `node/` passes the registry of the process. */
export type CounterFactory = (options: { readonly name: string; readonly help: string }) => Counter

/** What is counted of serving over ed2k. */
export interface SeederMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  /** Chunks that were asked for and not admitted, or not held. */
  readonly requestsRefused: Counter
  readonly connectionsRefused: Counter
}

/** What is counted of downloading over ed2k. */
export interface DownloaderMetrics {
  readonly chunksReceived: Counter
  readonly bytesReceived: Counter
  readonly requestsFailed: Counter
}

const NOTHING: Counter = { inc() {} }
const NO_COUNTERS: CounterFactory = () => NOTHING

export function createSeederMetrics(counter: CounterFactory = NO_COUNTERS): SeederMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_ed2k_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent over ed2k, whole or in part.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of the chunks sent over ed2k.'),
    requestsRefused: make('requests_refused', 'Chunks asked for over ed2k that were not granted.'),
    connectionsRefused: make('connections_refused', 'ed2k connections over the limit of their address.'),
  }
}

export function createDownloaderMetrics(counter: CounterFactory = NO_COUNTERS): DownloaderMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_ed2k_${what}_total`, help })
  return {
    chunksReceived: make('chunks_received', 'Chunks received over ed2k, before verification.'),
    bytesReceived: make('chunk_received_bytes', 'Bytes of the chunks received over ed2k, before verification.'),
    requestsFailed: make('requests_failed', 'Requests for chunks over ed2k that brought none.'),
  }
}
