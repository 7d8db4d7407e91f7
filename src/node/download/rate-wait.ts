import type { Clock } from '../../system/clock.ts'
import type { RateLimit } from '../../system/rate-limit.ts'

/** Holds requests back while a limit on the speed lets nothing more be asked for, and says when it does again. */
export class RateWait {
  readonly #limits: readonly RateLimit[]
  readonly #clock: Clock
  readonly #onOpen: () => void
  #waiting = false

  constructor(limits: readonly RateLimit[], { clock, onOpen }: { readonly clock: Clock; readonly onOpen: () => void }) {
    this.#limits = limits
    this.#clock = clock
    this.#onOpen = onOpen
  }

  get waiting(): boolean {
    return this.#waiting
  }

  mustWait(): boolean {
    const delayMs = Math.max(...this.#limits.map((limit) => limit.delayMs()))
    if (delayMs > 0 && !this.#waiting) {
      this.#waiting = true
      this.#clock.schedule(delayMs, () => {
        this.#waiting = false
        this.#onOpen()
      })
    }
    return delayMs > 0
  }

  take(bytes: number): void {
    for (const limit of this.#limits) limit.take(bytes)
  }
}
