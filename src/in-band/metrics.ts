import type { InBandProtocol } from '../domain/in-band-protocol.ts'
import { type Counter, type CounterFactory, NO_COUNTERS } from '../system/metrics.ts'

/** What an in-band protocol counts, over all streams of a node. */
export interface StreamMetrics {
  readonly chunksSent: Counter
  readonly bytesSent: Counter
  readonly chunksReceived: Counter
  readonly bytesReceived: Counter
  /** Requests for chunks that were not granted. */
  readonly requestsRefused: Counter
  readonly vouchersSent: Counter
  readonly vouchersAccepted: Counter
  readonly requestsCancelled: Counter
  /** Streams torn down because the peer broke the protocol or its limits. */
  readonly streamsAborted: Counter
}

/** Counters named `chiral_<protocol>_…_total`; without a factory they count nothing. */
export function createStreamMetrics(protocol: InBandProtocol, counter: CounterFactory = NO_COUNTERS): StreamMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_${protocol}_${what}_total`, help })
  return {
    chunksSent: make('chunks_sent', 'Chunks sent to payers.'),
    bytesSent: make('chunk_sent_bytes', 'Bytes of the chunks sent to payers.'),
    chunksReceived: make('chunks_received', 'Chunks received from payees, before verification.'),
    bytesReceived: make('chunk_received_bytes', 'Bytes of the chunks received from payees, before verification.'),
    requestsRefused: make('requests_refused', 'Requests for chunks that were not granted.'),
    vouchersSent: make('vouchers_sent', 'Vouchers sent to payees, with a request or alone.'),
    vouchersAccepted: make('vouchers_accepted', 'Payments accepted from payers, other than with a request.'),
    requestsCancelled: make('requests_cancelled', 'Requests cancelled before their chunk left.'),
    streamsAborted: make('streams_aborted', 'Streams ended because the peer broke the protocol.'),
  }
}
