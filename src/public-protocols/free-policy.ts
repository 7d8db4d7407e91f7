import { ChiralError } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import { type Clock, delay } from '../system/clock.ts'
import { addressKey } from './address-key.ts'
import type { Admission, Asker, Gate } from './gate.ts'

/** Longest time a chunk waits for its turn before its asker is told to come back: well below what clients wait for a first byte. */
const MAX_WAIT_MS = 10_000
/** Sent at once before the rate counts: a window of chunks, so that a short file does not wait at all. */
const BURST_MS = 1_000
/** Askers remembered at once; whoever was seen longest ago is forgotten first, and begins with a full burst again. */
const MAX_ASKERS = 10_000

/** What is given away, in bytes per second. */
export interface FreeRates {
  readonly bytesPerSecond: number
  /** To one address. */
  readonly bytesPerSecondEach: number
}

export interface FreePolicyOptions extends FreeRates {
  readonly clock: Clock
  /** What a chunk of a file weighs and costs; `undefined` when it is not shared. */
  chunk(fileHash: FileHash, chunkIndex: number): { readonly lengthBytes: number; readonly quote: Quote } | undefined
}

/** Admits chunks of files that cost nothing, as fast as the seeder wants to give them away, and nothing else. */
export function createFreePolicy(options: FreePolicyOptions): Gate {
  const { clock } = options
  const inAll = new Budget(options.bytesPerSecond, clock.monotonic())
  const each = new Map<string, Budget>()

  function budgetOf(asker: Asker): Budget {
    const key = addressKey(asker.address)
    const budget = each.get(key) ?? new Budget(options.bytesPerSecondEach, clock.monotonic())
    each.delete(key) // a Map keeps the order of insertion: this one is the newest now
    each.set(key, budget)
    const [oldest] = each.keys()
    if (each.size > MAX_ASKERS && oldest !== undefined) each.delete(oldest)
    return budget
  }

  return {
    async admit(asker, { fileHash, chunkIndex }): Promise<Admission> {
      const chunk = options.chunk(fileHash, chunkIndex)
      if (chunk === undefined) return { kind: 'refused', code: 'NOT_FOUND' }
      const { lengthBytes, quote } = chunk
      if (quote.pricePerMiB > 0n)
        return {
          kind: 'payment-required',
          code: 'PAYMENT_REQUIRED',
          message: 'This file has a price, which is not taken over this protocol: get it with "chiral get".',
          quote,
        }
      const budgets = [inAll, budgetOf(asker)]
      const now = clock.monotonic()
      const waitMs = Math.max(...budgets.map((budget) => budget.waitMs(lengthBytes, now)))
      if (waitMs > MAX_WAIT_MS) return { kind: 'refused', code: 'RATE_LIMITED', retryAfterMs: waitMs }
      for (const budget of budgets) budget.take(lengthBytes, now)
      if (waitMs > 0) await delay(clock, waitMs)
      return {
        kind: 'admitted',
        async finished(left) {
          if (!left) for (const budget of budgets) budget.giveBack(lengthBytes)
        },
      }
    },
  }
}

/** A rate that may be taken ahead of: who comes when it is used up waits until what was taken before is earned. */
class Budget {
  readonly #perSecond: number
  #left: number
  #at: number

  constructor(perSecond: number, now: number) {
    if (!(perSecond > 0)) throw new ChiralError('CONFIG_INVALID', 'A rate is more than 0 bytes per second.')
    this.#perSecond = perSecond
    this.#left = this.#most
    this.#at = now
  }

  get #most(): number {
    return (this.#perSecond * BURST_MS) / 1_000
  }

  waitMs(bytes: number, now: number): number {
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) * this.#perSecond) / 1_000)
    this.#at = now
    // A chunk larger than the whole burst goes when the burst is there; what it is short of counts against the next.
    const needed = Math.min(bytes, this.#most)
    return this.#left >= needed ? 0 : Math.ceil(((needed - this.#left) / this.#perSecond) * 1_000)
  }

  take(bytes: number, now: number): void {
    this.waitMs(bytes, now)
    this.#left -= bytes
  }

  giveBack(bytes: number): void {
    this.#left = Math.min(this.#most, this.#left + bytes)
  }
}
