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
 * The most that cheating seeders together can keep: one chunk each (docs/specs/01-voucher.md, the bound on V − R), or what the user lets
 * a transfer pay ahead, if every one of them cheats.
 */
export function mostThatCanBeLost(terms: readonly Terms[], chunkBytes: number, prepay = ZERO_WEI): Wei {
  return wei(
    terms.reduce((sum, { pricePerMiB }) => {
      const price = chunkPrice(pricePerMiB, chunkBytes)
      return price === 0n ? sum : sum + maxWei(price, prepay)
    }, 0n),
  )
}

export function sumOf(amounts: Iterable<Wei>): Wei {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return wei(sum)
}

/**
 * In the order given; a seeder dearer than `maxPrice` is left out; at most `maxSources`. Those that were tried in vain more often come
 * later, whatever their merits: a crowd that offers cheaply and delivers nothing would keep everybody else out. After them come the slow
 * ones. Those that cool down are asked only when all others were tried in vain: a download is never left without anybody.
 */
export function chooseSeeders<T extends Terms>(
  seeders: readonly T[],
  options: {
    maxPrice?: Wei | undefined
    maxSources: number
    /** Attempts in a row in which it delivered nothing. */
    fruitless?: ((seeder: T) => number) | undefined
    isSlow?: ((seeder: T) => boolean) | undefined
    isCooling?: ((seeder: T) => boolean) | undefined
  },
): T[] {
  const { maxPrice, maxSources, fruitless = () => 0, isSlow = () => false, isCooling = () => false } = options
  const affordable = seeders.filter(({ pricePerMiB }) => maxPrice === undefined || pricePerMiB <= maxPrice)
  const warm = affordable.filter((seeder) => !isCooling(seeder))
  const hopeful = warm.some((seeder) => fruitless(seeder) === 0) ? warm : affordable
  return hopeful
    .toSorted(
      (a, b) =>
        Number(isCooling(a)) - Number(isCooling(b)) ||
        fruitless(a) - fruitless(b) ||
        Number(isSlow(a)) - Number(isSlow(b)),
    )
    .slice(0, maxSources)
}

/** Transfers that buy what costs `price`, where one pays `step` ahead, and one more for each further seeder: at most so many. */
export function transfersFor(price: Wei, step: Wei, seeders: number): bigint {
  if (price === 0n || step === 0n || seeders === 0) return 0n
  return (price + step - 1n) / step + BigInt(seeders - 1)
}

/** What is here of a file, of which only the last chunk may be short. */
export function heldBytes(have: Bitfield, sizeBytes: number): number {
  if (have.count === 0) return 0
  const last = have.length - 1
  const missing = chunkLength(sizeBytes, 0) - chunkLength(sizeBytes, last)
  return have.count * chunkLength(sizeBytes, 0) - (have.has(last) ? missing : 0)
}

/** Does `have` hold a chunk that is not `held` yet? */
export function hasMissing(have: Pick<Bitfield, 'has'>, held: Bitfield): boolean {
  for (let chunkIndex = 0; chunkIndex < held.length; chunkIndex++)
    if (have.has(chunkIndex) && !held.has(chunkIndex)) return true
  return false
}

/** What a source's channel is opened for, of a file bought from all that are expected, and what those that have a price are to have together. */
export function wantedDeposit<T extends Terms>(
  sizeBytes: number,
  have: Bitfield,
  { terms, expected }: { readonly terms: T; readonly expected: readonly T[] },
): { missing: Wei; price: Wei; deposit: Wei; chunkCount: number; sources: number; together: Share<T>[] } {
  const sources = Math.max(1, expected.length)
  const missing = missingPrice(sizeBytes, have, terms.pricePerMiB)
  const price = minWei(missing, chunkPrice(terms.pricePerMiB, chunkLength(sizeBytes, 0)))
  const depositOf = (seeder: T): Wei => depositFor(missingPrice(sizeBytes, have, seeder.pricePerMiB), sources, seeder)
  const together = expected
    .filter(({ pricePerMiB }) => pricePerMiB > 0n)
    .map((seeder) => ({ terms: seeder, deposit: depositOf(seeder) }))
  return { missing, price, deposit: depositOf(terms), chunkCount: have.length, sources, together }
}

interface Share<T extends Terms> {
  readonly terms: T
  readonly deposit: Wei
}
