import type { Counter, Metrics } from '../system/metrics.ts'

/** What the store counts. */
export interface ContentMetrics {
  readonly memoryHits: Counter
  readonly memoryMisses: Counter
  readonly fastHits: Counter
  readonly fastMisses: Counter
  readonly promotions: Counter
  readonly demotions: Counter
  readonly movedBytes: Counter
  readonly movesFailed: Counter
}

const NOTHING: Counter = { inc() {} }

export const NO_CONTENT_METRICS = createContentMetrics(() => NOTHING)

/** Counters named `chiral_content_…_total`. */
export function createContentMetrics(counter: Metrics['counter']): ContentMetrics {
  const make = (what: string, help: string): Counter => counter({ name: `chiral_content_${what}_total`, help })
  return {
    memoryHits: make('memory_hits', 'Chunks of whole files that were read from memory.'),
    memoryMisses: make('memory_misses', 'Chunks of whole files that were read from a disk.'),
    fastHits: make('fast_hits', 'Chunks read from the fast folder.'),
    fastMisses: make('fast_misses', 'Chunks read from the large folder.'),
    promotions: make('promotions', 'Files moved to the fast folder.'),
    demotions: make('demotions', 'Files moved to the large folder.'),
    movedBytes: make('moved_bytes', 'Bytes of the files moved between the folders.'),
    movesFailed: make('moves_failed', 'Moves between the folders that did not succeed.'),
  }
}
