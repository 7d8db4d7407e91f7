import { DEMOTION_MS, silence } from './cool-down.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { fade, newStanding, type Standing, scaleOutcomes } from './state.ts'

/**
 * The most that is remembered, in weights. Beyond it every kind is scaled down alike: the ratio stays and old luck makes room, so
 * that no peer gets so much of it that a failure would not show.
 */
export const MAX_EVIDENCE = 1_000
/** How much of a new measure of latency is believed: the last five are most of it. */
const LATENCY_SHARE = 0.3

/** Something that came of dealing with a peer. */
export type PeerEvent =
  | { readonly kind: 'outcome'; readonly outcome: Outcome /** Price, of a paid chunk. */; readonly wei?: bigint }
  | { readonly kind: 'paid-us'; readonly wei: bigint }
  | { readonly kind: 'contact'; readonly reached: boolean }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'carried'; readonly protocol: string; readonly bytes: number; readonly seconds: number }
  /** Slower than a tenth of the median of its fellow sources. */
  | { readonly kind: 'slow' }

/** What is known of a peer after one more event. */
export function step(before: Standing | undefined, event: PeerEvent, at: number): Standing {
  const standing = before === undefined ? newStanding(at) : fade(before, at)
  switch (event.kind) {
    case 'outcome':
      return withOutcome(standing, event)
    case 'paid-us':
      return { ...standing, paidUs: standing.paidUs + Number(event.wei) }
    case 'contact':
      return event.reached
        ? { ...standing, reached: standing.reached + 1 }
        : { ...standing, missed: standing.missed + 1 }
    case 'latency': {
      const last = standing.latencyMs ?? event.ms
      return { ...standing, latencyMs: last + LATENCY_SHARE * (event.ms - last) }
    }
    case 'carried': {
      const { bytes, seconds } = standing.carried[event.protocol] ?? { bytes: 0, seconds: 0 }
      const sum = { bytes: bytes + event.bytes, seconds: seconds + event.seconds }
      return { ...standing, carried: { ...standing.carried, [event.protocol]: sum } }
    }
    case 'slow':
      return { ...standing, slowUntil: Math.max(standing.slowUntil, standing.at + DEMOTION_MS) }
  }
}

function withOutcome(standing: Standing, { outcome, wei = 0n }: PeerEvent & { kind: 'outcome' }): Standing {
  const { at, outcomes } = standing
  const tally = outcomes[outcome] ?? { weight: 0, count: 0, firstAt: at, lastAt: at }
  const weight = tally.weight + OUTCOMES[outcome].weight
  const added = { ...outcomes, [outcome]: { ...tally, weight, count: tally.count + 1, lastAt: at } }
  const total = Object.values(added).reduce((sum, each) => sum + each.weight, 0)
  return {
    ...standing,
    ...(outcome === 'timedOut' ? silence(standing, at) : {}),
    outcomes: total > MAX_EVIDENCE ? scaleOutcomes(added, MAX_EVIDENCE / total) : added,
    earned: standing.earned + Number(wei),
  }
}
