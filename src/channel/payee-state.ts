import { addWei, maxWei, minWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import { type Books, findChannel, vouchered } from './books.ts'
import type { Channel } from './channel-state.ts'

/** The payee's books for one payer, over all files, sessions and channels. */
export interface PayeePair extends Books {
  readonly payer: Address
  /** D: price of the distinct chunks committed to be sent. */
  readonly committed: Wei
  /** Price of the chunks written off: sent, but the payer had them from elsewhere. */
  readonly writtenOff: Wei
  /** The largest opening credit under which a chunk was committed: so much may be written off. */
  readonly opening?: Wei
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
  /** These books were lost: V may be for chunks that D does not know of. Until the first request. */
  readonly recovered?: true
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
  // SPEC 01 §5.4: "The payee MUST NOT write off more, over the life of a pair, than an eighth of V, one chunk or the opening credit".
  const least = maxWei(chunkPrice, pair.opening ?? ZERO_WEI)
  if (writtenOff > maxWei(least, wei(vouchered(pair) / CREDIT_DIVISOR))) return undefined
  return withoutDefault({
    ...pair,
    committed: subtractWei(pair.committed, amount),
    writtenOff,
    penalty: Math.min(MAX_PENALTY, pair.penalty + 1),
    cleanChunks: 0,
  })
}

/** The pair with what it was granted ahead of its vouchers, once a chunk is committed. */
export function withOpening(pair: PayeePair, { opening = ZERO_WEI }: Pick<CreditPool, 'opening'>): PayeePair {
  return opening > (pair.opening ?? ZERO_WEI) ? { ...pair, opening } : pair
}

/** A default ends when V reaches D. */
export function withoutDefault(pair: PayeePair): PayeePair {
  return pair.defaulted && atRisk(pair) === 0n ? { ...pair, defaulted: false } : pair
}

/** Where something was redeemed, what is left is no older than the last chunk. */
export function withHeldSince(before: PayeePair, after: PayeePair): PayeePair {
  const channels = after.channels.map((channel) => {
    const settledBefore = settledOn(findChannel(before, channel.channelId))
    if (settledOn(channel) <= settledBefore) return channel
    const { heldSince: _, ...rest } = channel
    return channel.best > settledOn(channel) ? { ...rest, heldSince: before.activeAt } : rest
  })
  return { ...after, channels }
}

function settledOn(channel: Channel | undefined): Wei {
  return channel === undefined || channel.phase === 'opening' ? ZERO_WEI : channel.settled
}

/**
 * SPEC 01 §5.3: "an *opening credit* of the price of four chunks": as much as a payer prepays to sellers it does not know, so that neither side
 * trusts the other with more.
 */
export const OPENING_CHUNKS = 4n

/**
 * SPEC 01 §5.3: "a tenth of that cap": an account that never paid and has no deposit costs nothing to make, so all that there may be of them
 * together leave nine tenths of the credit to payers that did.
 */
export const STRANGERS_DIVISOR = 10n

/** Nothing was ever paid by this account, and no deposit stands behind it. */
export function isStranger(pair: PayeePair): boolean {
  return pair.channels.length === 0 && vouchered(pair) === 0n
}

/** What the payee grants over all payers, and to this one ahead of its first voucher. */
export interface CreditPool {
  /** Σ over all payers of D − V where D is larger, this pair included. */
  readonly atRisk: Wei
  /** The part of it that strangers owe. */
  readonly strangersAtRisk: Wei
  /** The cap on it. */
  readonly cap: Wei
  /** May the chain be split? What is owed might then be owed on the branch that loses. */
  readonly splitSuspected: boolean
  /** For a payer that pays after it verified; absent for others. */
  readonly opening?: Wei | undefined
}

/** C: how far D may run ahead of V. */
export function creditOf(pair: PayeePair, pool: CreditPool, price: Wei = ZERO_WEI): Wei {
  // SPEC 01 §5.7: "While it suspects a split the payee MUST NOT extend credit: C = 0."
  if (pair.defaulted || pool.splitSuspected) return ZERO_WEI
  const byChunks = wei(CREDIT_CHUNKS * maxWei(pair.chunkPrice, price))
  const byHistory = subtractWei(wei(vouchered(pair) / CREDIT_DIVISOR), pair.writtenOff)
  const opening = subtractWei(pool.opening ?? ZERO_WEI, pair.writtenOff)
  const own = wei(maxWei(minWei(byChunks, byHistory), opening) >> BigInt(pair.penalty))
  const left = subtractWei(pool.cap, subtractWei(pool.atRisk, atRisk(pair)))
  if (!isStranger(pair)) return minWei(own, left)
  const otherStrangers = subtractWei(pool.strangersAtRisk, atRisk(pair))
  return minWei(own, minWei(left, subtractWei(wei(pool.cap / STRANGERS_DIVISOR), otherStrangers)))
}
