import type { Clock } from '../../../system/clock.ts'
import { TokenBucket } from '../../../system/token-bucket.ts'
import { addressKey } from '../../address-key.ts'
import { MAX_CONNECTIONS_PER_ADDRESS, MAX_COUNTED_ADDRESSES, REQUEST_BURST, REQUESTS_PER_SECOND } from './limits.ts'

/** What one address may ask for. */
export class RequestLimit {
  readonly #clock: Clock
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False when the address has asked too much. */
  take(address: string): boolean {
    const now = this.#clock.monotonic()
    const key = addressKey(address)
    const rate = { burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND }
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rate, now)
    this.#buckets.delete(key) // a Map keeps the order of insertion: this one is the newest now
    this.#buckets.set(key, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MAX_COUNTED_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket.take(1, now)
  }
}

/** How many connections each address has. */
export class ConnectionCount {
  readonly #open = new Map<string, number>()

  /** What to call when the connection ends; `undefined` when the address has as many as it may. */
  take(address: string): (() => void) | undefined {
    const key = addressKey(address)
    const count = this.#open.get(key) ?? 0
    if (count >= MAX_CONNECTIONS_PER_ADDRESS) return undefined
    this.#open.set(key, count + 1)
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    }
  }
}
