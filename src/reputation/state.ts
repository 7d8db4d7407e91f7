import type { Outcome } from './outcome.ts'

/**
 * Half of what is known of a peer is forgotten in so long. A month: who downloads once a week remembers four times, and
 * a peer that changed hands, or mended its disk, is judged by its new self before a season is over.
 */
export const HALF_LIFE_MS = 30 * 24 * 60 * 60 * 1000

/** Outcomes of one kind. */
export interface Tally {
  /** Faded to the standing's `at`. */
  readonly weight: number
  /** How often ever; never fades. */
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** What was moved with one protocol, faded. */
export interface Carried {
  readonly bytes: number
  readonly seconds: number
}

/** What is remembered of one peer. Every faded number is as of `at`. */
export interface Standing {
  readonly at: number
  readonly firstAt: number
  readonly outcomes: { readonly [Kind in Outcome]?: Tally }
  /** Price of what it sold us that verified, in wei, faded: what it was really paid for. */
  readonly earned: number
  /** What it really paid us, in wei, faded. */
  readonly paidUs: number
  /** Connections that were tried: those that came about, and those that did not; faded. */
  readonly reached: number
  readonly missed: number
  /** By protocol. */
  readonly carried: Readonly<Record<string, Carried>>
  /** From a request for terms to the answer, smoothed. */
  readonly latencyMs: number | undefined
  /** When it was silent, lately. */
  readonly silentAt: readonly number[]
  /** Not asked before, while others can be. */
  readonly coolUntil: number
  /** Asked after others before. */
  readonly slowUntil: number
}

export function newStanding(at: number): Standing {
  return {
    at,
    firstAt: at,
    outcomes: {},
    earned: 0,
    paidUs: 0,
    reached: 0,
    missed: 0,
    carried: {},
    latencyMs: undefined,
    silentAt: [],
    coolUntil: 0,
    slowUntil: 0,
  }
}

/** The same standing at a later instant. A clock that was set back fades nothing. */
export function fade(standing: Standing, now: number): Standing {
  const factor = fadingFactor(standing.at, now)
  if (factor === 1) return standing
  const { outcomes, carried, earned, paidUs, reached, missed } = standing
  return {
    ...standing,
    at: now,
    outcomes: scaleOutcomes(outcomes, factor),
    earned: earned * factor,
    paidUs: paidUs * factor,
    reached: reached * factor,
    missed: missed * factor,
    carried: Object.fromEntries(
      Object.entries(carried).map(([protocol, { bytes, seconds }]) => [
        protocol,
        { bytes: bytes * factor, seconds: seconds * factor },
      ]),
    ),
  }
}

export function scaleOutcomes(outcomes: Standing['outcomes'], factor: number): Standing['outcomes'] {
  return Object.fromEntries(
    Object.entries(outcomes).map(([kind, tally]) => [kind, { ...tally, weight: tally.weight * factor }]),
  )
}

/** What is left at `now` of what was known at `then`. */
function fadingFactor(then: number, now: number): number {
  return now <= then ? 1 : 2 ** ((then - now) / HALF_LIFE_MS)
}
