import type { Clock } from '../../system/clock.ts'

/** The speed shown is that of the last so many milliseconds: short enough to follow a stall, long enough not to flicker. */
const WINDOW_MS = 5_000

/** Bytes a second over a sliding window. */
export class SpeedMeter {
  readonly #clock: Clock
  readonly #windowMs: number
  #samples: { at: number; bytes: number }[] = []

  constructor(clock: Clock, windowMs: number = WINDOW_MS) {
    this.#clock = clock
    this.#windowMs = windowMs
  }

  add(bytes: number): void {
    const at = this.#clock.monotonic()
    const last = this.#samples.at(-1)
    // One sample a 100 ms bounds memory at any speed.
    if (last !== undefined && at - last.at < 100) last.bytes += bytes
    else this.#samples.push({ at, bytes })
  }

  bytesPerSecond(): number {
    const bytes = this.recentBytes()
    const first = this.#samples[0]
    if (first === undefined) return 0
    return Math.round((bytes * 1000) / Math.max(this.#clock.monotonic() - first.at, 100))
  }

  /** Bytes of the window, whenever in it they came. */
  recentBytes(): number {
    const now = this.#clock.monotonic()
    this.#samples = this.#samples.filter(({ at }) => now - at <= this.#windowMs)
    return this.#samples.reduce((sum, sample) => sum + sample.bytes, 0)
  }
}
