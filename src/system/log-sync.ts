import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'

type Callback = (error: Error | null) => void

/**
 * Syncs one append-only file off the event loop. Everyone who asks while a sync is under way shares the next one, so a slow disk
 * makes larger groups instead of a longer queue.
 */
export class LogSync {
  readonly #fd: number
  #waiting: Callback[] = []
  #syncing: Callback[] = []
  #failure: Error | undefined

  /** Opens the file, which must exist. */
  constructor(path: string) {
    this.#fd = openSync(path, 'r+')
  }

  /** Calls back once all that was written to the file before this call is on disk, in the order of the calls. */
  after(callback: Callback): void {
    this.#waiting.push(callback)
    if (this.#syncing.length === 0) this.#next()
  }

  /** Syncs now, blocking, and calls back all who wait. */
  flush(): void {
    const waiting = [...this.#syncing.splice(0), ...this.#waiting.splice(0)]
    if (waiting.length === 0) return
    let error: Error | null = this.#failure ?? null
    try {
      if (error === null) fdatasyncSync(this.#fd)
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown))
    }
    for (const callback of waiting) callback(error)
  }

  close(): void {
    this.flush()
    closeSync(this.#fd)
  }

  #next(): void {
    if (this.#waiting.length === 0) return
    this.#syncing = this.#waiting
    this.#waiting = []
    fdatasync(this.#fd, (error) => {
      // After a failed sync nobody knows what is on disk, and asking again would be told that all is well.
      this.#failure ??= error ?? undefined
      for (const callback of this.#syncing.splice(0)) callback(this.#failure ?? null)
      this.#next()
    })
  }
}
