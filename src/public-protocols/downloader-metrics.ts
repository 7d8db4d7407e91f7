import type { PublicProtocol } from '../domain/transfer.ts'
import { type Counter, type CounterFactory, NO_COUNTERS } from '../system/metrics.ts'

/** What is counted of downloading by a public protocol. */
export interface DownloaderMetrics {
  readonly chunksReceived: Counter
  readonly bytesReceived: Counter
  readonly requestsFailed: Counter
}

const NAMES: Readonly<Record<PublicProtocol, string>> = {
  http: 'HTTP',
  bittorrent: 'BitTorrent',
  webtorrent: 'WebTorrent',
  ed2k: 'ed2k',
}

export function createDownloaderMetrics(
  protocol: PublicProtocol,
  counter: CounterFactory = NO_COUNTERS,
): DownloaderMetrics {
  const over = `over ${NAMES[protocol]}`
  const make = (what: string, help: string): Counter => counter({ name: `chiral_${protocol}_${what}_total`, help })
  return {
    chunksReceived: make('chunks_received', `Chunks received ${over}, before verification.`),
    bytesReceived: make('chunk_received_bytes', `Bytes of the chunks received ${over}, before verification.`),
    requestsFailed: make('requests_failed', `Requests for chunks ${over} that brought none.`),
  }
}
