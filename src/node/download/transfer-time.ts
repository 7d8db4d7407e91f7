import type { Clock } from '../../system/clock.ts'

/** From the first question for a chunk to the last chunk that counted: what the transfer itself took. */
export class TransferTime {
  readonly #clock: Clock
  #firstAt: number | undefined
  #lastAt: number | undefined

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

  asked(): void {
    this.#firstAt ??= this.#clock.monotonic()
  }

  stored(): void {
    this.#lastAt = this.#clock.monotonic()
  }
}
