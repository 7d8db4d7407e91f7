import { OUTCOME_NAMES, OUTCOMES, type Outcome } from './outcome.ts'
import { fade, type Standing } from './state.ts'

/** A score is from 0 to this. */
export const BEST_SCORE = 5
/**
 * The prior: every peer is taken to have failed so much before it did anything (docs/adr/0056-reputation.md). Twenty paid chunks are
 * 5 MiB: after so much, and no failure, a peer stands in the middle.
 */
export const PRIOR_FAILURES = 20
/** With less than this in all, nothing is said: a chunk or two are no evidence of anything. */
export const LEAST_EVIDENCE = 5
/** What is owed to us and not paid in time says as much as two kept prepayments, while it lasts. */
const DEFAULT_WEIGHT = 100
/** What a doubling of the money that changed hands says. By doublings: the rich are not honest in proportion. */
const MONEY_WEIGHT = 4
/** A millionth of a coin: below it money says next to nothing, for it costs next to nothing. */
const SMALL_SUM_WEI = 1e12

/** One reason for a score, and what it is worth now. */
export interface Term {
  readonly kind: Outcome | 'earned' | 'paidUs' | 'default'
  readonly isGood: boolean
  /** Faded to now. */
  readonly weight: number
  /** How often ever, where it can be counted. */
  readonly count?: number
  /** Milliseconds since 1970. */
  readonly firstAt?: number
  readonly lastAt?: number
}

export interface Assessment {
  /** 0 to 5, or `undefined` while too little is known. */
  readonly score: number | undefined
  readonly terms: readonly Term[]
  /** Of the connections that were tried lately, the part that came about. */
  readonly uptime: number | undefined
}

/**
 * Good / (good + bad + prior): the mean of a beta distribution whose prior is failures alone. It is never above good / (good + bad),
 * it is 0 for who is new, and only evidence lifts it.
 */
export function assess(
  standing: Standing | undefined,
  { now, inDefault }: { readonly now: number; readonly inDefault: boolean },
): Assessment {
  const terms = [...(standing === undefined ? [] : termsOf(fade(standing, now)))]
  if (inDefault) terms.push({ kind: 'default', isGood: false, weight: DEFAULT_WEIGHT })
  const sum = (isGood: boolean): number =>
    terms.reduce((total, term) => total + (term.isGood === isGood ? term.weight : 0), 0)
  const [good, bad] = [sum(true), sum(false)]
  const isKnown = good + bad >= LEAST_EVIDENCE
  const tried = (standing?.reached ?? 0) + (standing?.missed ?? 0)
  return {
    score: isKnown ? (BEST_SCORE * good) / (good + bad + PRIOR_FAILURES) : undefined,
    terms,
    uptime: standing === undefined || tried === 0 ? undefined : standing.reached / tried,
  }
}

/** How fast it was, by protocol, in bytes a second. */
export function speedsOf({ carried }: Standing): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(carried).flatMap(([protocol, { bytes, seconds }]) =>
      seconds > 0 ? [[protocol, bytes / seconds] as const] : [],
    ),
  )
}

function termsOf({ outcomes, earned, paidUs }: Standing): Term[] {
  const counted = OUTCOME_NAMES.flatMap((kind): Term[] => {
    const tally = outcomes[kind]
    return tally === undefined ? [] : [{ kind, isGood: OUTCOMES[kind].isGood, ...tally }]
  })
  const money = (kind: 'earned' | 'paidUs', sum: number): Term[] =>
    sum > 0 ? [{ kind, isGood: true, weight: MONEY_WEIGHT * Math.log2(1 + sum / SMALL_SUM_WEI) }] : []
  return [...counted, ...money('earned', earned), ...money('paidUs', paidUs)]
}
