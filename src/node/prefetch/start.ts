import type { ContentStore } from '../../content/content-store.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { Logger } from '../../system/logger.ts'
import type { Batches } from '../download/batches.ts'
import { type FetchFreeDependencies, fetchFree } from '../download/fetch-free.ts'
import { findFiles } from '../download/find-files.ts'
import type { DownloadStack } from '../download-stack.ts'
import type { EventBus } from '../event-bus.ts'
import type { NodeEvent } from '../types.ts'
import { knownFolders } from './known-folders.ts'
import type { PrefetchMetrics } from './metrics.ts'
import { Prefetcher } from './prefetcher.ts'
import type { Shelf } from './shelf.ts'

export interface PrefetchingParts {
  readonly shelf: Shelf
  readonly metrics: PrefetchMetrics
  readonly log: Logger
  readonly events: Pick<EventBus, 'subscribe'>
  readonly content: Pick<ContentStore, 'have'>
  readonly listingsFolder: string
  readonly buying: DownloadStack
  readonly batches: Pick<Batches, 'isBusy' | 'filesOf'>
  readonly fetching: Pick<FetchFreeDependencies, 'random' | 'settings'>
}

/** Fetches ahead of what the user's downloads show, as long as the node runs; nothing where nothing may be kept. */
export function startPrefetching(parts: PrefetchingParts): { stop(): Promise<void> } {
  const { shelf, metrics, log, events, content, buying, batches } = parts
  if (shelf.limitBytes === 0) return { async stop() {} }
  const { downloads, dependencies, search } = buying
  // What goes wrong with a file that nobody asked for is told to nobody.
  const fetching = { ...dependencies, ...parts.fetching, notice: () => {} }
  const prefetcher = new Prefetcher({
    shelf,
    metrics,
    log,
    listings: () => knownFolders(parts.listingsFolder),
    isHere(fileHash) {
      const have = content.have(fileHash)
      // Of a file that the user began to get, and stopped, nothing more is fetched; of one that was begun here, all.
      return (have.length > 0 && have.complete) || (have.count > 0 && !shelf.has(fileHash))
    },
    isBusy: () => downloads.isBusy() || batches.isBusy(),
    find: (references, signal) => findFiles(search, references, { known: [], signal }),
    fetch: (file, out, signal) => fetchFree(fetching, file, { out, purpose: 'ahead', signal }),
  })
  const doneBy = (event: NodeEvent): readonly FileHash[] => {
    if (event.kind === 'download' && event.download.phase === 'done') return [event.download.fileHash ?? []].flat()
    if (event.kind === 'batch' && event.batch.phase === 'done')
      return batches.filesOf(event.batch.batchId).flatMap(({ fileHash }) => fileHash ?? [])
    return []
  }
  const unsubscribe = events.subscribe((event) => {
    if (event.kind === 'download' || event.kind === 'batch') prefetcher.noteDownload(doneBy(event))
  })
  return {
    async stop() {
      unsubscribe()
      await prefetcher.stop()
    },
  }
}
