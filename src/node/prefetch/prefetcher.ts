import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { Logger } from '../../system/logger.ts'
import type { PreparedFile } from '../download/dependencies.ts'
import { isFree } from '../download/fetch-free.ts'
import type { FoundFiles } from '../download/find-files.ts'
import type { PrefetchMetrics } from './metrics.ts'
import { type AheadInFolder, type FolderListing, planAhead } from './plan.ts'
import type { Shelf } from './shelf.ts'

export interface PrefetcherParts {
  readonly shelf: Shelf
  readonly metrics: PrefetchMetrics
  readonly log: Logger
  /** The folders whose listings are on this disk. */
  listings(): Promise<readonly FolderListing[]>
  /** Whether all of a file is on this disk, wherever. */
  isHere(fileHash: FileHash): boolean
  /** Whether anything that the user asked for is under way. */
  isBusy(): boolean
  find(references: readonly FileHash[], signal: AbortSignal): Promise<FoundFiles>
  /** Gets a file for nothing. @throws ChiralError */
  fetch(file: PreparedFile, out: string, signal: AbortSignal): Promise<void>
}

/**
 * Fetches free files that will probably be asked for next, while nothing else is wanted: the user's own downloads end it at once, and it begins again after
 * them. It never pays, and what fails is not tried again before another file is done.
 */
export class Prefetcher {
  readonly #parts: PrefetcherParts
  readonly #stopping = new AbortController()
  #got: readonly FileHash[] = []
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined

  constructor(parts: PrefetcherParts) {
    this.#parts = parts
  }

  /** A download of the user's began, moved on or ended; `done` is what is here now. */
  noteDownload(done: readonly FileHash[]): void {
    if (done.length > 0) this.#got = done
    if (this.#parts.isBusy()) this.#running?.abort.abort()
    else this.#start()
  }

  /** Resolves when nothing is under way that `noteDownload` began. */
  async settled(): Promise<void> {
    await this.#running?.ended
  }

  /** Stopping twice is fine. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.settled()
  }

  #start(): void {
    const got = this.#got
    if (this.#running !== undefined || got.length === 0 || this.#stopping.signal.aborted) return
    const forget = (): void => {
      if (this.#got === got) this.#got = []
    }
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, this.#stopping.signal])
    const ended = this.#fetchAfter(new Set(got), signal)
      .then(forget)
      .catch((error: unknown) => {
        // Cut short, it goes on after what cut it short.
        if (signal.aborted) return
        forget()
        this.#parts.log.debug({ code: codeOf(error), reason: messageOf(error) }, 'nothing was fetched ahead')
      })
      .finally(() => {
        this.#running = undefined
        if (!this.#parts.isBusy()) this.#start()
      })
    this.#running = { abort, ended }
  }

  async #fetchAfter(got: ReadonlySet<FileHash>, signal: AbortSignal): Promise<void> {
    const { shelf, isHere } = this.#parts
    const folders = await this.#parts.listings()
    for (const ahead of planAhead(got, folders, { isHere, limitBytes: shelf.limitBytes })) {
      signal.throwIfAborted()
      await this.#fetchOf(ahead, signal)
    }
  }

  async #fetchOf({ listing, files }: AheadInFolder, signal: AbortSignal): Promise<void> {
    const { shelf, metrics, log } = this.#parts
    // Who has the listing is asked for its files: not all of them are in the DHT.
    const found = await this.#parts.find([listing, ...files.map(({ fileHash }) => fileHash)], signal)
    const keep = new Set(files.map(({ fileHash }) => fileHash))
    for (const { fileHash, sizeBytes } of files) {
      const file = found.get(fileHash)
      if (file === undefined || file instanceof ChiralError) continue
      // SPEC 09 §4.2: "The reader MUST refuse an entry whose size is not that of the file with its id"
      if (!isFree(file) || file.manifest.sizeBytes !== sizeBytes) continue
      if (!(await shelf.makeRoom({ fileHash, sizeBytes }, keep))) continue
      await this.#parts.fetch(file, shelf.placeOf(fileHash), signal)
      metrics.files.inc()
      metrics.bytes.inc(sizeBytes)
      log.info({ file_hash: fileHash, size_bytes: sizeBytes }, 'fetched a file ahead')
    }
  }
}
