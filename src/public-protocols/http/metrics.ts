import type { Counter } from '../../system/metrics.ts'

/** Makes a counter of that name; `node/` passes the registry of the process. */
export type CounterFactory = (options: { readonly name: string; readonly help: string }) => Counter

/** What is counted of serving over HTTP. */
export interface SeederMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  /** Requests for chunks that were not admitted, and requests that came too fast. */
  readonly requestsRefused: Counter
  readonly connectionsRefused: Counter
  /** Requests that brought a voucher, and were answered with bytes. */
  readonly paymentsTaken: Counter
  /** Payments that could not be read. */
  readonly paymentsRefused: Counter
}

/** What is counted of downloading over HTTP. */
export interface DownloaderMetrics {
  readonly chunksReceived: Counter
  readonly bytesReceived: Counter
  readonly requestsFailed: Counter
}

const NOTHING: Counter = { inc() {} }
const NO_COUNTERS: CounterFactory = () => NOTHING

export function createSeederMetrics(counter: CounterFactory = NO_COUNTERS): SeederMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_http_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent over HTTP, whole or in part.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of the chunks sent over HTTP.'),
    requestsRefused: make('requests_refused', 'Requests over HTTP that were not granted.'),
    connectionsRefused: make('connections_refused', 'HTTP connections over the limit of their address.'),
    paymentsTaken: make('payments_taken', 'Requests over HTTP that were paid for with a voucher of their own.'),
    paymentsRefused: make('payments_refused', 'Requests over HTTP with a payment that could not be taken.'),
  }
}

export function createDownloaderMetrics(counter: CounterFactory = NO_COUNTERS): DownloaderMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_http_${what}_total`, help })
  return {
    chunksReceived: make('chunks_received', 'Chunks received over HTTP, before verification.'),
    bytesReceived: make('chunk_received_bytes', 'Bytes of the chunks received over HTTP, before verification.'),
    requestsFailed: make('requests_failed', 'Requests for chunks over HTTP that brought none.'),
  }
}
