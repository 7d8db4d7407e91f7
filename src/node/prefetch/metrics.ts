import type { Counter, Metrics } from '../../system/metrics.ts'
import type { Shelf } from './shelf.ts'

/** What fetching ahead counts. */
export interface PrefetchMetrics {
  readonly files: Counter
  readonly bytes: Counter
  readonly hits: Counter
  readonly hitBytes: Counter
  readonly droppedBytes: Counter
}

/** Counters named `chiral_prefetch_…_total`. */
export function createPrefetchMetrics(counter: Metrics['counter']): PrefetchMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_prefetch_${what}_total`, help })
  return {
    files: make('files', 'Files that were fetched ahead.'),
    bytes: make('bytes', 'Bytes of the files that were fetched ahead.'),
    hits: make('hits', 'Files fetched ahead that were asked for afterwards.'),
    hitBytes: make('hit_bytes', 'Bytes of the files fetched ahead that were asked for afterwards.'),
    droppedBytes: make('dropped_bytes', 'Bytes of the files fetched ahead that were dropped unread.'),
  }
}

export function measureShelf(metrics: Pick<Metrics, 'gauge'>, shelf: Shelf): void {
  const gauge = (what: string, help: string, read: () => number): void =>
    metrics.gauge({ name: `chiral_prefetch_${what}_bytes`, help, read: () => [{ value: read() }] })
  gauge('used', 'Disk that files fetched ahead take.', () => shelf.usedBytes)
  gauge('limit', 'The most that files fetched ahead may take.', () => shelf.limitBytes)
}
