import type { Clock } from '../system/clock.ts'
import type { Batch } from './download/batch.ts'
import type { Download } from './download/download.ts'
import type { NodeEvent } from './types.ts'

/** A download changes with every chunk; people and clients are told so often at most. */
const DOWNLOAD_EVENT_MS = 100

/** Tells listeners what happens in the node. A listener that throws harms nobody else. */
export class EventBus {
  readonly #clock: Clock
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #pending = new Map<Download | Batch, () => void>()
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
    this.#tell(download, now, () => ({ kind: 'download', download: download.view() }))
  }

  batch(batch: Batch, { now }: { now: boolean }): void {
    this.#tell(batch, now, () => ({ kind: 'batch', batch: batch.view() }))
  }

  #tell(subject: Download | Batch, now: boolean, eventOf: () => NodeEvent): void {
    if (this.#stopped) return
    if (now) {
      this.#pending.get(subject)?.()
      this.#pending.delete(subject)
      this.emit(eventOf())
    } else if (!this.#pending.has(subject))
      this.#pending.set(
        subject,
        this.#clock.schedule(DOWNLOAD_EVENT_MS, () => {
          this.#pending.delete(subject)
          this.emit(eventOf())
        }),
      )
  }
}
