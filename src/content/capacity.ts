import { ChiralError } from '../domain/errors.ts'
import type { HeldCopies } from './held-copies.ts'
import type { HeldCopy } from './held-copy.ts'

/** The room that downloads may take. */
export class Capacity {
  readonly #limitBytes: number
  readonly #held: HeldCopies
  readonly #isGone: (held: HeldCopy) => Promise<boolean>

  /** @param isGone whether the user has removed the file of a finished download */
  constructor(limitBytes: number, held: HeldCopies, isGone: (held: HeldCopy) => Promise<boolean>) {
    this.#limitBytes = limitBytes
    this.#held = held
    this.#isGone = isGone
  }

  /** The full sizes of downloads, finished or not. */
  get usedBytes(): number {
    let bytes = 0
    for (const { copy } of this.#held.each())
      if (copy.kind !== 'shared' || copy.downloadedTo !== undefined) bytes += copy.sizeBytes
    return bytes
  }

  /** @throws ChiralError `CAPACITY_EXCEEDED` when a download of that size finds no room beside what is reserved for others */
  async check(path: string, sizeBytes: number, reservedBytes: number): Promise<void> {
    const over = this.usedBytes + reservedBytes + sizeBytes - this.#limitBytes
    if (over <= 0 || over <= (await this.#goneBytes())) return
    throw new ChiralError(
      'CAPACITY_EXCEEDED',
      `${path} needs ${over} bytes more than the ${this.#limitBytes} bytes that downloads may take: remove downloads or raise the limit.`,
      { details: { path, sizeBytes, capacityBytes: this.#limitBytes } },
    )
  }

  /** Finished downloads that the user has since removed take no room. */
  async #goneBytes(): Promise<number> {
    const finished = this.#held.all().filter((held) => held.copy.kind === 'complete')
    const gone = await Promise.all(finished.map((held) => this.#isGone(held)))
    return finished.reduce((sum, { copy }, index) => (gone[index] === true ? sum + copy.sizeBytes : sum), 0)
  }
}
