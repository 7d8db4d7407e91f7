import type { Clock } from '../system/clock.ts'
import { TokenBucket } from '../system/token-bucket.ts'

/** SPEC 11 §8.3: anybody can sign for a channel that does not exist; so often may one asker have the chain asked for such. */
const LOOKUPS = { burst: 8, perSecond: 1 }
/** In all at once: each is two or three calls of the chain's node, which has other work. */
const MAX_LOOKUPS_AT_ONCE = 16
/** Askers that are counted; whoever was seen longest ago is forgotten first. */
const MAX_ASKERS = 10_000

/** How often strangers may make the payee look at the chain. */
export class LookupLimit {
  readonly #clock: Clock
  readonly #askers = new Map<string, TokenBucket>()
  #underWay = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs the look-up, or says with `undefined` that this asker, or all together, had as many as they may have for now. */
  async run<Result>(asker: string, lookUp: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#underWay >= MAX_LOOKUPS_AT_ONCE || !this.#take(asker)) return undefined
    this.#underWay++
    try {
      return await lookUp()
    } finally {
      this.#underWay--
    }
  }

  #take(asker: string): boolean {
    const now = this.#clock.monotonic()
    const bucket = this.#askers.get(asker) ?? new TokenBucket(LOOKUPS, now)
    this.#askers.delete(asker) // a Map keeps the order of insertion: this one is the newest now
    this.#askers.set(asker, bucket)
    const [oldest] = this.#askers.keys()
    if (this.#askers.size > MAX_ASKERS && oldest !== undefined) this.#askers.delete(oldest)
    return bucket.take(1, now)
  }
}
