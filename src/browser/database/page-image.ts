/** What SQLite reads and writes at once, and what is stored at once. */
export const PAGE_BYTES = 4096

/** Pages that changed, and the length of the whole: what makes an older image this one. */
export interface PageChanges {
  readonly pages: ReadonlyMap<number, Uint8Array>
  readonly sizeBytes: number
}

/** An SQLite file in memory, which remembers what of it is not stored yet. */
export class PageImage {
  readonly #pages: Map<number, Uint8Array>
  #sizeBytes: number
  #changed = new Set<number>()
  #storedBytes: number

  constructor(stored: PageChanges) {
    this.#pages = new Map(stored.pages)
    this.#sizeBytes = stored.sizeBytes
    this.#storedBytes = stored.sizeBytes
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Fills `target` from byte `offset` on; what is beyond the end is zero. Returns how many bytes were there. */
  read(target: Uint8Array, offset: number): number {
    const length = Math.max(0, Math.min(target.byteLength, this.#sizeBytes - offset))
    target.fill(0)
    for (let done = 0; done < length; ) {
      const { page, start, count } = spanAt(offset + done, length - done)
      const bytes = this.#pages.get(page)
      if (bytes !== undefined) target.set(bytes.subarray(start, start + count), done)
      done += count
    }
    return length
  }

  write(bytes: Uint8Array, offset: number): void {
    for (let done = 0; done < bytes.byteLength; ) {
      const { page, start, count } = spanAt(offset + done, bytes.byteLength - done)
      // A new array each time: the old one may be on its way to the disk.
      const next = this.#pages.get(page)?.slice() ?? new Uint8Array(PAGE_BYTES)
      next.set(bytes.subarray(done, done + count), start)
      this.#pages.set(page, next)
      this.#changed.add(page)
      done += count
    }
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + bytes.byteLength)
  }

  truncate(sizeBytes: number): void {
    for (const page of [...this.#pages.keys()])
      if (page * PAGE_BYTES >= sizeBytes) {
        this.#pages.delete(page)
        this.#changed.delete(page)
      }
    this.#sizeBytes = sizeBytes
  }

  /** What changed since the last call; `undefined` when nothing did. */
  takeChanges(): PageChanges | undefined {
    if (this.#changed.size === 0 && this.#sizeBytes === this.#storedBytes) return undefined
    const pages = new Map<number, Uint8Array>()
    for (const page of this.#changed) pages.set(page, this.#pages.get(page) ?? new Uint8Array(PAGE_BYTES))
    this.#changed = new Set()
    this.#storedBytes = this.#sizeBytes
    return { pages, sizeBytes: this.#sizeBytes }
  }
}

/** The part of `length` bytes from `offset` on that lies within one page. */
function spanAt(offset: number, length: number): { page: number; start: number; count: number } {
  const start = offset % PAGE_BYTES
  return { page: Math.floor(offset / PAGE_BYTES), start, count: Math.min(length, PAGE_BYTES - start) }
}
