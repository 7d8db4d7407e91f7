import { addWei, maxWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import { type Books, vouchered } from './books.ts'

/** The payee's books for one payer, over all files, sessions and channels. */
export interface PayeePair extends Books {
  readonly payer: Address
  /** D: price of the distinct chunks committed to be sent. */
  readonly committed: Wei
  /** Price of the chunks written off: sent, but the payer had them from elsewhere. */
  readonly writtenOff: Wei
  /** The highest chunk price that was committed. */
  readonly chunkPrice: Wei
  /** C is divided by 2^penalty. */
  readonly penalty: number
  /** Chunks committed since the last write-off; see `CHUNKS_TO_FORGIVE`. */
  readonly cleanChunks: number
  /** D stayed above V after a connection ended: no credit until V reaches D. */
  readonly defaulted: boolean
  /** When the last chunk was committed, milliseconds since 1970. */
  readonly activeAt: number
  /** When the last connection ended; absent while one is open. */
  readonly endedAt?: number
}

/** A chunk that is in D. */
export interface Delivery {
  readonly price: Wei
  /** Times it was sent again within the current window. */
  readonly resends: number
  /** When the current window of resends began. */
  readonly resentAt: number
}

/** SPEC 01 §5.3: "credit is at most the price of 64 chunks": two thirds of a second at 25 MB/s, enough to keep a connection full. */
export const CREDIT_CHUNKS = 64n
/** SPEC 01 §5.3: "and at most an eighth of V": what a free rider can gain for what it paid. */
export const CREDIT_DIVISOR = 8n
/** So many chunks without a write-off undo one halving: an honest payer that hedges keeps its credit. */
export const CHUNKS_TO_FORGIVE = 64
/** Beyond so many halvings a 96-bit amount is nothing. */
export const MAX_PENALTY = 96
/** SPEC 01 §5.3: "D > V sixty seconds after the last connection ended is a default". */
export const DEFAULT_AFTER_MS = 60_000
/** SPEC 01 §5.4: "three times in 24 hours": enough for every retry of an honest payer, too few to draw bandwidth for nothing. */
export const MAX_RESENDS = 3
export const RESEND_WINDOW_MS = 24 * 60 * 60 * 1000

export function newPayeePair(payer: Address): PayeePair {
  return {
    payer,
    settledOnClosed: ZERO_WEI,
    channels: [],
    committed: ZERO_WEI,
    writtenOff: ZERO_WEI,
    chunkPrice: ZERO_WEI,
    penalty: 0,
    cleanChunks: 0,
    defaulted: false,
    activeAt: 0,
  }
}

/** How far D runs ahead of V: what this payer could run away with. */
export function atRisk(pair: PayeePair): Wei {
  return subtractWei(pair.committed, vouchered(pair))
}

/** The pair with `amount` of D written off; `undefined` when too much was, over its life. `chunkPrice` is that of one chunk of it. */
export function withWriteOff(pair: PayeePair, amount: Wei, chunkPrice: Wei): PayeePair | undefined {
  const writtenOff = addWei(pair.writtenOff, amount)
  // SPEC 01 §5.4: "The payee MUST NOT write off more than an eighth of V, or one chunk, over the life of a pair".
  if (writtenOff > maxWei(chunkPrice, wei(vouchered(pair) / CREDIT_DIVISOR))) return undefined
  return withoutDefault({
    ...pair,
    committed: subtractWei(pair.committed, amount),
    writtenOff,
    penalty: Math.min(MAX_PENALTY, pair.penalty + 1),
    cleanChunks: 0,
  })
}

/** A default ends when V reaches D. */
export function withoutDefault(pair: PayeePair): PayeePair {
  return pair.defaulted && atRisk(pair) === 0n ? { ...pair, defaulted: false } : pair
}

/** What the payee grants over all payers. */
export interface CreditPool {
  /** Σ over all payers of D − V where D is larger, this pair included. */
  readonly atRisk: Wei
  /** The cap on it. */
  readonly cap: Wei
  /** May the chain be split? What is owed might then be owed on the branch that loses. */
  readonly splitSuspected: boolean
}

/** C: how far D may run ahead of V. */
export function creditOf(pair: PayeePair, pool: CreditPool, price: Wei = ZERO_WEI): Wei {
  // SPEC 01 §5.7: "While it suspects a split the payee MUST NOT extend credit: C = 0."
  if (pair.defaulted || pool.splitSuspected) return ZERO_WEI
  const byChunks = wei(CREDIT_CHUNKS * maxWei(pair.chunkPrice, price))
  const byHistory = subtractWei(wei(vouchered(pair) / CREDIT_DIVISOR), pair.writtenOff)
  const own = minWei(byChunks, byHistory) >> BigInt(pair.penalty)
  const othersAtRisk = subtractWei(pool.atRisk, atRisk(pair))
  return minWei(wei(own), subtractWei(pool.cap, othersAtRisk))
}
