import { dirname, join } from 'node:path'
import type { ContentStore } from '../../content/content-store.ts'
import type { StoredFile } from '../../content/stored-file.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { PrefetchMetrics } from './metrics.ts'

export interface ShelfParts {
  readonly content: Pick<ContentStore, 'list' | 'drop' | 'move'>
  readonly metrics: PrefetchMetrics
  /** Absolute; nothing else is in it. */
  readonly folder: string
  readonly limitBytes: number
}

/** The files that were fetched ahead, each under its id in a folder of their own. What is here is what the store remembers of that folder. */
export class Shelf {
  readonly limitBytes: number
  readonly #parts: ShelfParts

  constructor(parts: ShelfParts) {
    this.#parts = parts
    this.limitBytes = parts.limitBytes
  }

  /** The full sizes of its files, finished or not. */
  get usedBytes(): number {
    return sumOf(this.#files())
  }

  placeOf(fileHash: FileHash): string {
    return join(this.#parts.folder, fileHash)
  }

  /** Is this one of its own places? */
  isPlace(path: string): boolean {
    return dirname(path) === this.#parts.folder
  }

  /** Whole or not. */
  has(fileHash: FileHash): boolean {
    return this.#files().some((file) => file.fileHash === fileHash)
  }

  hasWhole(fileHash: FileHash): boolean {
    return this.#whole(fileHash) !== undefined
  }

  /**
   * Gives a file to whoever wanted it at `out`, if it is here whole. False where it is not.
   * @throws ChiralError those of `ContentStore.move`
   */
  async moveTo(fileHash: FileHash, out: string, signal: AbortSignal): Promise<boolean> {
    const file = this.#whole(fileHash)
    if (file === undefined) return false
    await this.#parts.content.move(file, out, signal)
    this.#parts.metrics.hits.inc()
    this.#parts.metrics.hitBytes.inc(file.sizeBytes)
    return true
  }

  /** Makes room for a file by dropping the oldest others; without one, until the limit is kept. False when it cannot be. */
  async makeRoom(
    wanted?: Pick<StoredFile, 'fileHash' | 'sizeBytes'>,
    keep: ReadonlySet<FileHash> = new Set(),
  ): Promise<boolean> {
    const others = (): StoredFile[] => this.#files().filter(({ fileHash }) => fileHash !== wanted?.fileHash)
    const isRoom = (): boolean => sumOf(others()) + (wanted?.sizeBytes ?? 0) <= this.limitBytes
    for (const file of others()) {
      if (isRoom()) return true
      if (!keep.has(file.fileHash)) await this.#drop(file)
    }
    return isRoom()
  }

  /** Drops everything that is not being written. False when nothing was dropped. */
  async clear(): Promise<boolean> {
    const before = this.usedBytes
    await Promise.allSettled(this.#files().map((file) => this.#drop(file)))
    return this.usedBytes < before
  }

  async #drop(file: StoredFile): Promise<void> {
    await this.#parts.content.drop(file)
    this.#parts.metrics.droppedBytes.inc(file.sizeBytes)
  }

  #whole(fileHash: FileHash): StoredFile | undefined {
    return this.#files().find((file) => file.fileHash === fileHash && file.kind === 'complete')
  }

  /** Oldest first. A file that the user shares from here is the user's. */
  #files(): StoredFile[] {
    return this.#parts.content.list().filter(({ path, kind }) => kind !== 'shared' && this.isPlace(path))
  }
}

function sumOf(files: readonly StoredFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
