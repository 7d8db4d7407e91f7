import type { Clock } from '../system/clock.ts'

/** What was read so long ago counts half: a day's favourite is forgotten within days, and a night without readers changes little. */
const HALF_LIFE_MS = 6 * 60 * 60 * 1000

/** How much of each file was read from the disk of late. It lives in memory: after a restart nothing moves before it is asked for anew. */
export class TierHeat {
  readonly #clock: Clock
  readonly #read = new Map<string, { readonly bytes: number; readonly at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(path: string, sizeBytes: number): void {
    this.#read.set(path, { bytes: this.#bytesOf(path) + sizeBytes, at: this.#clock.monotonic() })
  }

  /** How often all of a file of that size was read. */
  of(path: string, sizeBytes: number): number {
    return this.#bytesOf(path) / Math.max(sizeBytes, 1)
  }

  moved(from: string, to: string): void {
    const read = this.#read.get(from)
    if (read !== undefined) this.#read.set(to, read)
    this.#read.delete(from)
  }

  /** Forgets the others. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.#read.keys()) if (!paths.has(path)) this.#read.delete(path)
  }

  #bytesOf(path: string): number {
    const read = this.#read.get(path)
    if (read === undefined) return 0
    return read.bytes * 2 ** (-(this.#clock.monotonic() - read.at) / HALF_LIFE_MS)
  }
}
