import { maxWei, minWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../domain/chunk.ts'
import { chunkPrice } from '../../domain/price.ts'

/** A seeder's terms as far as money is concerned. */
export interface Terms {
  readonly pricePerMiB: Wei
  readonly minDeposit: Wei
}

/**
 * With n sources a deposit is twice the fair share of the price: one may turn out to be twice as fast as the rest before a
 * topUp is needed, and no more than twice the price is ever locked.
 */
const DEPOSIT_SHARE = 2n

/** Price at `pricePerMiB` of the chunks that `have` lacks, each chunk rounded alone. */
export function missingPrice(sizeBytes: number, have: Bitfield, pricePerMiB: Wei): Wei {
  const count = chunkCount(sizeBytes)
  if (count === 0) return ZERO_WEI
  const lastIndex = count - 1
  const lastMissing = have.has(lastIndex) ? 0n : 1n
  const fullMissing = BigInt(count - have.count) - lastMissing
  return wei(
    fullMissing * chunkPrice(pricePerMiB, chunkLength(sizeBytes, 0)) +
      lastMissing * chunkPrice(pricePerMiB, chunkLength(sizeBytes, lastIndex)),
  )
}

/**
 * The deposit for one of `sources` channels when what is missing costs `price` there. Never less than one chunk, if so much is missing: a
 * channel that holds less would be topped up, again and again, by the nothing that it lacks of its share.
 */
export function depositFor(price: Wei, sources: number, terms: Terms): Wei {
  if (price === 0n) return ZERO_WEI
  const share = wei((DEPOSIT_SHARE * price + BigInt(sources) - 1n) / BigInt(sources))
  const useful = maxWei(share, chunkPrice(terms.pricePerMiB, CHUNK_SIZE_BYTES))
  return maxWei(minWei(useful, price), terms.minDeposit)
}

/**
 * The most that cheating seeders together can keep: one chunk each (docs/specs/01-voucher.md, the bound on V − R), if every
 * one of them cheats.
 */
export function mostThatCanBeLost(terms: readonly Terms[], chunkBytes: number): Wei {
  return wei(terms.reduce((sum, { pricePerMiB }) => sum + chunkPrice(pricePerMiB, chunkBytes), 0n))
}

/**
 * Cheapest first; a seeder dearer than `maxPrice` is left out; at most `maxSources`. Stable for equal prices. Those that were tried in vain
 * more often come later, whatever they ask: a crowd that offers cheaply and delivers nothing would keep everybody else out.
 */
export function chooseSeeders<T extends Terms>(
  seeders: readonly T[],
  options: {
    maxPrice?: Wei | undefined
    maxSources: number
    /** Attempts in a row in which it delivered nothing. */
    fruitless?: ((seeder: T) => number) | undefined
  },
): T[] {
  const { maxPrice, maxSources, fruitless = () => 0 } = options
  return seeders
    .filter(({ pricePerMiB }) => maxPrice === undefined || pricePerMiB <= maxPrice)
    .toSorted(
      (a, b) =>
        fruitless(a) - fruitless(b) || (a.pricePerMiB < b.pricePerMiB ? -1 : a.pricePerMiB > b.pricePerMiB ? 1 : 0),
    )
    .slice(0, maxSources)
}
