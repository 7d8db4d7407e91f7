export interface IndexOptions<S> {
  readonly maxFiles: number
  readonly maxSourcesPerFile: number
  readonly maxSources: number
  /** Sources one address may have: it cannot fill the index alone. */
  readonly maxSourcesPerAddress: number
  readonly lifetimeMs: number
  /** What a source is known by among those of its file. */
  keyOf(source: S): string
}

interface Entry<S> {
  readonly source: S
  readonly expiresAt: number
}

/** The sources that others published here, by file. */
export class SourceIndex<S extends { readonly address: string }> {
  readonly #options: IndexOptions<S>
  readonly #files = new Map<string, Map<string, Entry<S>>>()
  readonly #ofAddress = new Map<string, number>()
  #size = 0

  constructor(options: IndexOptions<S>) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /** How full a file's part is, in per cent. */
  load(target: string): number {
    return Math.round((100 * (this.#files.get(target)?.size ?? 0)) / this.#options.maxSourcesPerFile)
  }

  /** False when there is no room for it. */
  add(target: string, source: S, now: number): boolean {
    const { maxFiles, maxSourcesPerFile, maxSources, maxSourcesPerAddress, lifetimeMs } = this.#options
    const key = this.#options.keyOf(source)
    const entry = { source, expiresAt: now + lifetimeMs }
    const sources = this.#files.get(target)
    if (sources?.has(key) === true) {
      sources.delete(key) // a Map keeps the order of insertion: this one is the newest now
      sources.set(key, entry)
      return true
    }
    const ofAddress = this.#ofAddress.get(source.address) ?? 0
    if (this.#size >= maxSources || ofAddress >= maxSourcesPerAddress) return false
    if (sources === undefined && this.#files.size >= maxFiles) return false
    if (sources !== undefined && sources.size >= maxSourcesPerFile) return false
    this.#files.set(target, (sources ?? new Map<string, Entry<S>>()).set(key, entry))
    this.#ofAddress.set(source.address, ofAddress + 1)
    this.#size++
    return true
  }

  /** Those of one file, the newest first. */
  sources(target: string, now: number): S[] {
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
