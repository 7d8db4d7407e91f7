import type { Clock } from '../system/clock.ts'

/** Clients remembered at once; the one seen longest ago is forgotten first, so that memory is bounded. */
const MAX_CLIENTS = 10_000
const MINUTE_MS = 60_000

interface Bucket {
  readonly tokens: number
  readonly at: number
}

export interface RateLimiter {
  /** Takes `calls` from what a client has left; `undefined`, or the seconds until it may ask for that much. */
  take(client: string, calls: number): number | undefined
}

/** A client may make `perMinute` calls at once, and gets them back evenly over a minute. */
export function createRateLimiter(clock: Clock, perMinute: number): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return {
    take(client, calls) {
      const at = clock.monotonic()
      const before = buckets.get(client) ?? { tokens: perMinute, at }
      const tokens = Math.min(perMinute, before.tokens + ((at - before.at) * perMinute) / MINUTE_MS)
      const enough = tokens >= calls
      buckets.delete(client) // a Map keeps the order of insertion: this one is the newest now
      buckets.set(client, { tokens: enough ? tokens - calls : tokens, at })
      for (const oldest of buckets.keys()) {
        if (buckets.size <= MAX_CLIENTS) break
        buckets.delete(oldest)
      }
      return enough ? undefined : Math.ceil((((calls - tokens) / perMinute) * MINUTE_MS) / 1000)
    },
  }
}
