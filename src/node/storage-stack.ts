import { type ContentStore, createContentStore } from '../content/content-store.ts'
import type { HashPool } from '../content/hash-pool.ts'
import { createContentMetrics } from '../content/metrics.ts'
import { Tiers } from '../content/tiers.ts'
import type { Database } from '../system/database.ts'
import { systemFileSystem } from '../system/file-system.ts'
import type { Metrics } from '../system/metrics.ts'
import type { StorageConfig } from './node-config.ts'
import { measureStorage } from './node-metrics.ts'
import type { NodeSystem } from './node-system.ts'

/** In bytes: what is taken of what may be; without a capacity, of what the disk has. */
export interface StorageView {
  /** By downloads, on disk. */
  readonly used: number
  readonly capacity?: number | undefined
  readonly memoryUsed: number
  readonly memoryLimit: number
  /** By downloads in the two folders they move between. */
  readonly tiers?: { readonly fastUsed: number; readonly largeUsed: number } | undefined
}

export interface StorageStack {
  readonly content: ContentStore
  view(): StorageView
  stop(): Promise<void>
}

/** The files of a node, the memory in front of them, and the folders they move between. */
export async function openStorage(
  config: StorageConfig,
  parts: Pick<NodeSystem, 'clock' | 'log' | 'failPoints'> & {
    readonly database: Database
    readonly hashPool: HashPool
    readonly metrics: Metrics
  },
): Promise<StorageStack> {
  const { capacityBytes, memoryBytes } = config
  const metrics = createContentMetrics((options) => parts.metrics.counter(options))
  const tiers = config.tiers === undefined ? undefined : new Tiers({ ...parts, metrics }, config.tiers)
  const content = createContentStore({
    ...parts,
    metrics,
    fileSystem: systemFileSystem,
    capacityBytes: capacityBytes ?? Number.POSITIVE_INFINITY,
    memoryBytes,
    onDiskRead: (path, sizeBytes) => tiers?.noteRead(path, sizeBytes),
  })
  await content.undoMoves()
  tiers?.start(content)
  measureStorage(parts.metrics, { content, tiers }, config)
  return {
    content,
    view: () => ({
      used: content.usedBytes,
      capacity: capacityBytes,
      memoryUsed: content.memoryUsedBytes,
      memoryLimit: memoryBytes,
      ...(tiers === undefined
        ? {}
        : { tiers: { fastUsed: tiers.usedBytes('fast'), largeUsed: tiers.usedBytes('large') } }),
    }),
    async stop() {
      await tiers?.stop()
      content.close()
    },
  }
}
