import { type Counter, type CounterFactory, NO_COUNTERS } from '../../system/metrics.ts'

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
