/** A rate with a burst: `burst` at once, `perSecond` over time. */
export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #refilledAt: number

  /** @param now monotonic milliseconds */
  constructor({ burst, perSecond }: { burst: number; perSecond: number }, now: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#refilledAt = now
  }

  /** False when there were not so many left. */
  take(count: number, now: number): boolean {
    const refill = ((now - this.#refilledAt) / 1_000) * this.#perSecond
    this.#tokens = Math.min(this.#burst, this.#tokens + refill) - count
    this.#refilledAt = now
    return this.#tokens >= 0
  }
}
