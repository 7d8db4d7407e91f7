import { join } from 'node:path'
import type { Wei } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import { createBatchStore } from './download/batch-store.ts'
import { copyHeld, makeRoom } from './download/batch-targets.ts'
import { Batches } from './download/batches.ts'
import { fetchListing } from './download/fetch-listing.ts'
import { findFiles } from './download/find-files.ts'
import type { DownloadStack, GasCeiling } from './download-stack.ts'
import type { EventBus } from './event-bus.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import type { DownloadContent } from './prefetch/with-shelf.ts'

export interface BatchParts {
  readonly config: NodeConfig
  readonly system: Pick<NodeSystem, 'random'>
  readonly database: Database
  readonly content: DownloadContent
  readonly events: EventBus
  balance(): Promise<Wei>
  gasCeiling: GasCeiling
}

/** Where the listings of shared folders are, and those of others that were fetched. */
export function listingsFolder({ dataDirectory }: Pick<NodeConfig, 'dataDirectory'>): string {
  return join(dataDirectory, 'listings')
}

/** Batches, over the wallet, the store and the network of single downloads. */
export function createBatches(parts: BatchParts, { dependencies, search }: DownloadStack): Batches {
  const { config, database, content, events } = parts
  const { random } = parts.system
  const isWhole = async (fileHash: FileHash, path: string): Promise<boolean> =>
    (await content.statusAt(fileHash, path)) === 'available'
  const listing = { ...dependencies, random, isWhole, settings: config.downloads, folder: listingsFolder(config) }
  const copying = {
    openWriter: dependencies.openWriter,
    manifestOf: content.manifestOf.bind(content),
    read: content.read.bind(content),
  }
  return new Batches({
    ...dependencies,
    random,
    held: content.haveAt.bind(content),
    balance: () => parts.balance(),
    gasCeiling: parts.gasCeiling,
    batches: createBatchStore(database),
    defaults: config.downloads,
    findFiles: (references, known, signal) => findFiles(search, references, { known, signal }),
    listing: (file, signal) => fetchListing(listing, file, signal),
    isWhole,
    makeRoom,
    copy: (file, options) => copyHeld(copying, file, options),
    batchChanged: (batch, options) => events.batch(batch, options),
  })
}
