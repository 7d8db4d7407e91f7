import type { Clock } from '../../system/clock.ts'

/** From the first question for a chunk to the last chunk that counted: what the transfer itself took, and brought. */
export class TransferTime {
  readonly #clock: Clock
  #firstAt: number | undefined
  #lastAt: number | undefined
  #bytes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get hasBegun(): boolean {
    return this.#firstAt !== undefined
  }

  get seconds(): number {
    if (this.#firstAt === undefined) return 0
    return ((this.#lastAt ?? this.#clock.monotonic()) - this.#firstAt) / 1000
  }

  /** What came in that time, without what was here before. */
  get bytes(): number {
    return this.#bytes
  }

  asked(): void {
    this.#firstAt ??= this.#clock.monotonic()
  }

  stored(bytes: number): void {
    this.#bytes += bytes
    this.#lastAt = this.#clock.monotonic()
  }
}
