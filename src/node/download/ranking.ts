import type { PeerIdText } from '../../domain/ids.ts'
import type { Preference } from '../../domain/preference.ts'
import type { Reputation } from '../../reputation/reputation.ts'
import { BEST_SCORE, speedsOf } from '../../reputation/score.ts'
import type { Clock } from '../../system/clock.ts'
import type { Random } from '../../system/random.ts'
import { identityOf, isCooling, type Peer } from './conduct.ts'
import { rankSources, type SourceFacts, STRANGERS_TRUST } from './rank-sources.ts'
import type { SourceTerms } from './source-host.ts'

/** In which order sources are taken; who is to wait, and who is left alone while there are others. */
export interface Ranking {
  /** From 0 up to 1: what `rank` leaves to chance. The same roll is the same order. */
  roll(): number
  rank(
    sources: readonly SourceTerms[],
    options: { readonly prefer: Preference; readonly places: number; readonly roll: number },
  ): SourceTerms[]
  /** For who takes sources by another order: 0 for anybody, 1 for who should come later, 2 for who is left alone while others are there. */
  restraint(terms: Peer): 0 | 1 | 2
  isCooling(peer: Peer): boolean
  /** It was far slower than others, lately. */
  isSlow(peer: Peer): boolean
}

export function createRanking(parts: {
  readonly reputation: Reputation
  readonly clock: Clock
  readonly random: Random
  /** What a peer gives to downloads that run now, in bytes a second. */
  readonly inUse: (peerId: PeerIdText) => number
}): Ranking {
  const { reputation, clock, random, inUse } = parts
  const factsOf = (terms: SourceTerms): SourceFacts => {
    const standing = reputation.standingOf(identityOf(terms))
    const { score } = reputation.assess(identityOf(terms))
    const speeds = standing === undefined ? [] : [...speedsOf(standing).values()]
    const bytesPerSecond = speeds.length === 0 ? undefined : Math.max(...speeds)
    return {
      pricePerMiB: terms.pricePerMiB,
      bytesPerSecond,
      latencyMs: standing?.latencyMs,
      spareBytesPerSecond: bytesPerSecond && Math.max(0, bytesPerSecond - inUse(terms.peerId)),
      reputation: score === undefined ? undefined : score / BEST_SCORE,
    }
  }
  const isSlow = (peer: Peer): boolean => (reputation.standingOf(identityOf(peer))?.slowUntil ?? 0) > clock.now()
  return {
    roll: () => new DataView(random.bytes(4).slice().buffer).getUint32(0) / 2 ** 32,
    rank: (sources, options) => rankSources(sources, { ...options, factsOf }),
    restraint(peer) {
      if (isCooling(reputation, clock, peer)) return 2
      const { score = BEST_SCORE } = reputation.assess(identityOf(peer))
      return isSlow(peer) || score < STRANGERS_TRUST * BEST_SCORE ? 1 : 0
    },
    isCooling: (peer) => isCooling(reputation, clock, peer),
    isSlow,
  }
}
