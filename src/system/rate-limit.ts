import { type Clock, delay } from './clock.ts'

/** What was not used may be made up for so long: a pause of the event loop does not cost speed, and no burst is longer. */
const BURST_MS = 250

/**
 * A limit on bytes a second that many share; 0 is none. It goes into debt: whoever finds it open takes what it needs at once, and
 * the next waits until that is paid for. So no piece is ever too large for it.
 */
export class RateLimit {
  readonly #clock: Clock
  #bytesPerSecond: number
  /** When all that was taken is paid for; in the past when nothing is owed. */
  #freeAt: number

  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock
    this.#bytesPerSecond = bytesPerSecond
    this.#freeAt = clock.monotonic()
  }

  get bytesPerSecond(): number {
    return this.#bytesPerSecond
  }

  /** From now on; what is owed at the old rate is owed at the new one. */
  set(bytesPerSecond: number): void {
    const owedMs = this.delayMs()
    const owed = (owedMs * this.#bytesPerSecond) / 1000
    this.#bytesPerSecond = bytesPerSecond
    const now = this.#clock.monotonic()
    this.#freeAt = bytesPerSecond === 0 ? now : now + (owed * 1000) / bytesPerSecond
  }

  /** How long to wait before anything more may be taken. */
  delayMs(): number {
    if (this.#bytesPerSecond === 0) return 0
    return Math.max(0, this.#freeAt - this.#clock.monotonic())
  }

  take(bytes: number): void {
    if (this.#bytesPerSecond === 0) return
    const earliest = this.#clock.monotonic() - BURST_MS
    this.#freeAt = Math.max(this.#freeAt, earliest) + (bytes * 1000) / this.#bytesPerSecond
  }
}

/** The same bytes, no faster than the limit. @throws the signal's reason */
export async function* paced(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { rate, clock, signal }: { readonly rate: RateLimit; readonly clock: Clock; readonly signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    // Others may have taken what was free when the wait began.
    for (let waitMs = rate.delayMs(); waitMs > 0; waitMs = rate.delayMs()) await delay(clock, waitMs, signal)
    rate.take(bytes.byteLength)
    yield bytes
  }
}
