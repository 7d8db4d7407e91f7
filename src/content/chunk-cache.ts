/** Part of the memory for chunks asked for once: a scan of a large file goes through it and no further. */
const PROBATION_PART = 0.1
/** More uses than this say nothing new, and would keep a chunk that nobody wants any more. */
const MAX_USES = 3

interface Entry {
  readonly bytes: Uint8Array
  uses: number
}

/**
 * Chunks in memory, up to a number of bytes; which ones stay is decided as in S3-FIFO. A new one is on probation: asked for again there,
 * or again soon after it left, it is kept among the proven ones, which only proven ones push out.
 */
export class ChunkCache {
  readonly #limitBytes: number
  /** Oldest first, as are the other two. */
  readonly #probation = new Map<string, Entry>()
  readonly #proven = new Map<string, Entry>()
  /** Keys of those that left probation unused, as many as there are chunks in memory or one more. */
  readonly #left = new Set<string>()
  #probationBytes = 0
  #provenBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#probationBytes + this.#provenBytes
  }

  get size(): number {
    return this.#probation.size + this.#proven.size
  }

  get(key: string): Uint8Array | undefined {
    const entry = this.#probation.get(key) ?? this.#proven.get(key)
    if (entry === undefined) return undefined
    entry.uses = Math.min(entry.uses + 1, MAX_USES)
    return entry.bytes
  }

  /** The bytes are kept, not copied. */
  put(key: string, bytes: Uint8Array): void {
    this.drop(key)
    if (bytes.byteLength > this.#limitBytes) return
    if (this.#left.delete(key)) this.#prove(key, { bytes, uses: 0 })
    else {
      this.#probation.set(key, { bytes, uses: 0 })
      this.#probationBytes += bytes.byteLength
    }
    while (this.usedBytes > this.#limitBytes) this.#evict()
  }

  drop(key: string): void {
    const entry = this.#probation.get(key)
    if (entry !== undefined) this.#probationBytes -= entry.bytes.byteLength
    this.#probation.delete(key)
    this.#provenBytes -= this.#proven.get(key)?.bytes.byteLength ?? 0
    this.#proven.delete(key)
  }

  dropWhere(isGone: (key: string) => boolean): void {
    for (const key of [...this.#probation.keys(), ...this.#proven.keys()]) if (isGone(key)) this.drop(key)
    for (const key of this.#left) if (isGone(key)) this.#left.delete(key)
  }

  #evict(): void {
    const isProbationFull = this.#probationBytes > this.#limitBytes * PROBATION_PART
    if (isProbationFull || this.#proven.size === 0) this.#endProbation()
    else this.#evictProven()
  }

  #endProbation(): void {
    const [oldest] = this.#probation
    if (oldest === undefined) return
    const [key, entry] = oldest
    this.drop(key)
    if (entry.uses > 0) this.#prove(key, { ...entry, uses: 0 })
    else this.#left.add(key)
    const [first] = this.#left
    if (this.#left.size > this.size + 1 && first !== undefined) this.#left.delete(first)
  }

  /** One that was used goes to the end of the queue instead, and must be used again before its next turn. */
  #evictProven(): void {
    const [oldest] = this.#proven
    if (oldest === undefined) return
    const [key, entry] = oldest
    this.drop(key)
    if (entry.uses > 0) this.#prove(key, { ...entry, uses: entry.uses - 1 })
  }

  #prove(key: string, entry: Entry): void {
    this.#proven.set(key, entry)
    this.#provenBytes += entry.bytes.byteLength
  }
}
