import { minWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Preference } from '../../domain/preference.ts'

/** What is known of a source when it is chosen; what was never measured is `undefined`. */
export interface SourceFacts {
  readonly pricePerMiB: Wei
  readonly bytesPerSecond: number | undefined
  readonly latencyMs: number | undefined
  /** Of its speed, what other downloads of ours do not take already. */
  readonly spareBytesPerSecond: number | undefined
  /** 0 to 1. */
  readonly reputation: number | undefined
}

/** How much each merit, from 0 to 1, counts. */
const WEIGHTS: Readonly<Record<Preference, Readonly<Record<Merit, number>>>> = {
  // Price decides by itself, below; these are for those who ask the same.
  cheapest: { price: 0, speed: 1, latency: 1, spare: 1, reputation: 3 },
  fastest: { price: 1, speed: 6, latency: 1, spare: 2, reputation: 3 },
  // Twice the price is as bad as half the trust, and a quarter of the speed less bad than either.
  balanced: { price: 4, speed: 2, latency: 0.5, spare: 1, reputation: 4 },
}
type Merit = 'price' | 'speed' | 'latency' | 'spare' | 'reputation'

/** Latencies below this are one: what a file takes to come does not show the difference. */
const SAME_LATENCY_MS = 50
/**
 * What is taken for the trust in somebody unknown: what five paid chunks that verified give. Whoever has proven more stands above
 * every new name, and whoever failed is below them: who cheats gains by a new name what a stranger has, and no more.
 */
export const STRANGERS_TRUST = 0.2
/** One download in so many gives its last place to an unknown source, if there is one: else nobody new were ever known. */
export const EXPLORE_ONE_IN = 8

/**
 * Best first, for as many places as there are. Nobody is left out: who uses the order may come to everybody.
 *
 * @param roll from 0 up to 1, at random: whether this is the one download in eight, and for whom
 */
export function rankSources<T>(
  sources: readonly T[],
  options: {
    readonly factsOf: (source: T) => SourceFacts
    readonly prefer: Preference
    readonly places: number
    readonly roll: number
  },
): T[] {
  const { factsOf, prefer, places, roll } = options
  const candidates = sources.map((source) => ({ source, facts: factsOf(source) }))
  const bounds = boundsOf(candidates.map(({ facts }) => facts))
  const weighed = candidates.map((candidate) => ({ ...candidate, worth: worthOf(candidate.facts, bounds, prefer) }))
  const ordered = weighed.toSorted(
    (a, b) =>
      (prefer === 'cheapest' ? compare(a.facts.pricePerMiB, b.facts.pricePerMiB) : 0) ||
      b.worth - a.worth ||
      compare(a.facts.pricePerMiB, b.facts.pricePerMiB),
  )
  const outside = ordered.slice(places).filter(({ facts }) => isUnknown(facts))
  const chosen = outside[Math.floor(roll * EXPLORE_ONE_IN * outside.length)]
  // A place is given up by who is known: between strangers the order is as good as chance.
  const giver = ordered.slice(0, places).findLastIndex(({ facts }) => !isUnknown(facts))
  if (chosen === undefined || giver === -1) return ordered.map(({ source }) => source)
  const others = ordered.filter((candidate) => candidate !== chosen)
  return others.toSpliced(giver, 0, chosen).map(({ source }) => source)
}

interface Bounds {
  readonly lowestPrice: Wei
  readonly highestSpeed: number
  readonly highestSpare: number
  readonly lowestLatency: number
}

function boundsOf(all: readonly SourceFacts[]): Bounds {
  const first = all[0]?.pricePerMiB ?? ZERO_WEI
  return {
    lowestPrice: all.reduce((least, { pricePerMiB }) => minWei(least, pricePerMiB), first),
    highestSpeed: Math.max(0, ...all.map(({ bytesPerSecond = 0 }) => bytesPerSecond)),
    highestSpare: Math.max(0, ...all.map(({ spareBytesPerSecond = 0 }) => spareBytesPerSecond)),
    lowestLatency: Math.max(SAME_LATENCY_MS, Math.min(...all.map(({ latencyMs = Infinity }) => latencyMs))),
  }
}

function worthOf(facts: SourceFacts, bounds: Bounds, prefer: Preference): number {
  const merits: Readonly<Record<Merit, number>> = {
    price: cheapness(facts.pricePerMiB, bounds.lowestPrice),
    speed: part(facts.bytesPerSecond, bounds.highestSpeed),
    spare: part(facts.spareBytesPerSecond, bounds.highestSpare),
    latency: facts.latencyMs === undefined ? 0.5 : bounds.lowestLatency / Math.max(facts.latencyMs, SAME_LATENCY_MS),
    reputation: facts.reputation ?? STRANGERS_TRUST,
  }
  const names = Object.keys(merits) as Merit[] // of the literal above
  return names.reduce((sum, name) => sum + WEIGHTS[prefer][name] * Math.min(1, merits[name]), 0)
}

/** 1 for the cheapest, a half for twice its price; beside a free one every price is infinitely more. */
function cheapness(price: Wei, lowest: Wei): number {
  return price === lowest ? 1 : Number((lowest * 1_000_000n) / price) / 1_000_000
}

/** Half of the best while it is not measured: neither a reason to ask nor one not to. */
function part(value: number | undefined, best: number): number {
  return value === undefined || best === 0 ? 0.5 : value / best
}

function isUnknown({ reputation }: SourceFacts): boolean {
  return reputation === undefined
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
