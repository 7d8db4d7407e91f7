import type { KadId } from './kad-id.ts'
import {
  MAX_INDEXED_FILES,
  MAX_INDEXED_SOURCES,
  MAX_SOURCES_PER_FILE,
  MAX_SOURCES_PER_PUBLISHER,
  SOURCE_LIFETIME_MS,
} from './limits.ts'
import type { ListedSource } from './message.ts'

interface Entry {
  readonly source: ListedSource
  readonly expiresAt: number
}

/** The sources that others published here, by file; each has a place in it by its address and TCP port. */
export class SourceIndex {
  readonly #files = new Map<KadId, Map<string, Entry>>()
  readonly #ofAddress = new Map<string, number>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** How full a file's part is, in per cent. */
  load(target: KadId): number {
    return Math.round((100 * (this.#files.get(target)?.size ?? 0)) / MAX_SOURCES_PER_FILE)
  }

  /** False when there is no room for it. */
  add(target: KadId, source: ListedSource, now: number): boolean {
    const key = `${source.address}:${source.tcpPort}`
    const entry = { source, expiresAt: now + SOURCE_LIFETIME_MS }
    const sources = this.#files.get(target)
    if (sources?.has(key) === true) {
      sources.delete(key) // a Map keeps the order of insertion: this one is the newest now
      sources.set(key, entry)
      return true
    }
    const ofAddress = this.#ofAddress.get(source.address) ?? 0
    if (this.#size >= MAX_INDEXED_SOURCES || ofAddress >= MAX_SOURCES_PER_PUBLISHER) return false
    if (sources === undefined && this.#files.size >= MAX_INDEXED_FILES) return false
    if (sources !== undefined && sources.size >= MAX_SOURCES_PER_FILE) return false
    this.#files.set(target, (sources ?? new Map<string, Entry>()).set(key, entry))
    this.#ofAddress.set(source.address, ofAddress + 1)
    this.#size++
    return true
  }

  /** Those of one file, the newest first. */
  sources(target: KadId, now: number): ListedSource[] {
    const entries = [...(this.#files.get(target)?.values() ?? [])].reverse()
    return entries.filter(({ expiresAt }) => expiresAt > now).map(({ source }) => source)
  }

  forgetExpired(now: number): void {
    for (const [target, sources] of this.#files) {
      for (const [key, { source, expiresAt }] of sources) {
        if (expiresAt > now) break // the oldest stand first
        sources.delete(key)
        this.#size--
        const left = (this.#ofAddress.get(source.address) ?? 1) - 1
        if (left === 0) this.#ofAddress.delete(source.address)
        else this.#ofAddress.set(source.address, left)
      }
      if (sources.size === 0) this.#files.delete(target)
    }
  }
}
