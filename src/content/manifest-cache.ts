import type { FileHash } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import { loadManifest } from './catalog.ts'
import type { Manifest } from './manifest.ts'
import { type ChunkTree, createChunkTree } from './merkle.ts'

/** Manifests and proof trees kept in memory: a file of 4 GiB has 0.5 MiB of hashes, and as much again in its tree. */
const MAX_CACHED_MANIFESTS = 32

interface Entry {
  readonly manifest: Manifest
  tree: ChunkTree | undefined
}

/** The manifests of stored files, those used last in memory. */
export class ManifestCache {
  readonly #database: Pick<Database, 'read'>
  /** Least recently used first. */
  readonly #entries = new Map<FileHash, Entry>()

  constructor(database: Pick<Database, 'read'>) {
    this.#database = database
  }

  manifestOf(fileHash: FileHash): Manifest | undefined {
    return this.#entry(fileHash)?.manifest
  }

  prove(fileHash: FileHash, chunkIndex: number): Uint8Array[] | undefined {
    const entry = this.#entry(fileHash)
    if (entry === undefined) return undefined
    entry.tree ??= createChunkTree(entry.manifest.chunkHashes)
    return entry.tree.prove(chunkIndex)
  }

  drop(fileHash: FileHash): void {
    this.#entries.delete(fileHash)
  }

  #entry(fileHash: FileHash): Entry | undefined {
    let entry = this.#entries.get(fileHash)
    if (entry === undefined) {
      const manifest = this.#database.read((connection) => loadManifest(connection, fileHash))
      if (manifest === undefined) return undefined
      entry = { manifest, tree: undefined }
    }
    this.#entries.delete(fileHash)
    this.#entries.set(fileHash, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > MAX_CACHED_MANIFESTS && oldest !== undefined) this.#entries.delete(oldest)
    return entry
  }
}
