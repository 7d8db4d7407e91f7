import type { Clock } from '../system/clock.ts'
import type { Download } from './download/download.ts'
import type { NodeEvent } from './types.ts'

/** A download changes with every chunk; people and clients are told so often at most. */
const DOWNLOAD_EVENT_MS = 100

/** Tells listeners what happens in the node. A listener that throws harms nobody else. */
export class EventBus {
  readonly #clock: Clock
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #pending = new Map<Download, () => void>()
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  notice(level: 'info' | 'warn', message: string): void {
    this.emit({ kind: 'notice', level, message })
  }

  /** Tells nobody anything more: what a view is made of may be closed after this. */
  stop(): void {
    this.#stopped = true
    this.#listeners.clear()
    for (const cancel of this.#pending.values()) cancel()
    this.#pending.clear()
  }

  /** At once when its phase changed, else with the next round. */
  download(download: Download, { now }: { now: boolean }): void {
    if (this.#stopped) return
    if (now) {
      this.#pending.get(download)?.()
      this.#pending.delete(download)
      this.emit({ kind: 'download', download: download.view() })
    } else if (!this.#pending.has(download))
      this.#pending.set(
        download,
        this.#clock.schedule(DOWNLOAD_EVENT_MS, () => {
          this.#pending.delete(download)
          this.emit({ kind: 'download', download: download.view() })
        }),
      )
  }
}
