import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import {
  chooseSeeders,
  depositFor,
  missingPrice,
  mostThatCanBeLost,
  wantedDeposit,
} from '../../src/node/download/plan.ts'

const terms = (pricePerMiB: bigint, minDeposit = 0n) => ({ pricePerMiB: wei(pricePerMiB), minDeposit: wei(minDeposit) })

describe('node/download/plan', () => {
  it('prices what is missing as the sum of its chunks, each rounded alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 * CHUNK_SIZE_BYTES }),
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        fc.array(fc.nat({ max: 12 })),
        (sizeBytes, price, held) => {
          const have = new Bitfield(chunkCount(sizeBytes))
          for (const index of held) have.add(index)
          let expected = 0n
          for (let i = 0; i < have.length; i++)
            if (!have.has(i)) expected += chunkPrice(wei(price), chunkLength(sizeBytes, i))
          expect(missingPrice(sizeBytes, have, wei(price))).to.equal(expected)
          expect(missingPrice(sizeBytes, new Bitfield(have.length), wei(price))).to.equal(
            filePrice(wei(price), sizeBytes),
          )
        },
      ),
    )
  })

  it('deposits the whole price with one source, twice the fair share with more, never more than the price', () => {
    expect(depositFor(wei(900n), 1, terms(1n))).to.equal(900n)
    expect(depositFor(wei(900n), 2, terms(1n))).to.equal(900n)
    expect(depositFor(wei(900n), 3, terms(1n))).to.equal(600n)
    expect(depositFor(wei(901n), 3, terms(1n))).to.equal(601n)
    expect(depositFor(wei(10n), 1, terms(1n, 50n)), 'a seeder may ask for more').to.equal(50n)
    expect(depositFor(wei(0n), 1, terms(0n, 50n)), 'a free file needs no channel').to.equal(0n)
  })

  it('deposits at least one chunk with each of many sources, whatever little a seeder asks for', () => {
    expect(depositFor(wei(250n), 4, terms(1000n, 1n)), 'one chunk is missing').to.equal(250n)
    expect(depositFor(wei(500n), 8, terms(1000n)), 'two chunks are missing').to.equal(250n)
    expect(depositFor(wei(10n), 4, terms(1000n)), 'the short last chunk is missing').to.equal(10n)
  })

  it('wants for a source what its price makes of it, and for all that have a price together what each alone is to have', () => {
    const have = new Bitfield(8)
    have.add(0)
    const [cheap, dear, free] = [terms(4_000n), terms(8_000n, 9_000n), terms(0n)] as const
    const wanted = wantedDeposit(8 * CHUNK_SIZE_BYTES, have, { terms: cheap, expected: [cheap, dear, free] })
    expect(wanted).to.deep.equal({
      price: 1_000n,
      missing: 7_000n,
      deposit: 4_667n, // two thirds of it
      chunkCount: 8,
      sources: 3,
      together: [
        { terms: cheap, deposit: 4_667n },
        { terms: dear, deposit: 9_334n },
      ],
    })
    const late = wantedDeposit(8 * CHUNK_SIZE_BYTES, have, { terms: cheap, expected: [] })
    expect(late).to.deep.include({ deposit: 7_000n, sources: 1, together: [] })
  })

  it('shows one chunk a seeder as the most that can be lost', () => {
    expect(mostThatCanBeLost([terms(4n), terms(8n)], CHUNK_SIZE_BYTES)).to.equal(3n)
    expect(mostThatCanBeLost([], CHUNK_SIZE_BYTES)).to.equal(0n)
  })

  it('takes the first seeders within the price limit', () => {
    const chosen = chooseSeeders([terms(9n), terms(1n), terms(5n), terms(3n)], { maxPrice: wei(5n), maxSources: 2 })
    expect(chosen.map(({ pricePerMiB }) => pricePerMiB)).to.deep.equal([1n, 5n])
  })

  it('lets those that were tried in vain wait behind the others, whatever they ask', () => {
    const seeders = [terms(1n), terms(2n), terms(5n), terms(9n)]
    const tries = new Map(seeders.slice(0, 2).map((seeder, index) => [seeder, index + 1]))
    const fruitless = (seeder: (typeof seeders)[number]): number => tries.get(seeder) ?? 0
    const chosen = chooseSeeders(seeders, { maxSources: 3, fruitless })
    expect(chosen.map(({ pricePerMiB }) => pricePerMiB)).to.deep.equal([5n, 9n, 1n])
  })

  it('lets slow ones wait behind others that were tried as often', () => {
    const [slow, first, vain] = [terms(1n), terms(2n), terms(3n)]
    const chosen = chooseSeeders([slow, vain, first], {
      maxSources: 3,
      isSlow: (seeder) => seeder === slow,
      fruitless: (seeder) => (seeder === vain ? 1 : 0),
    })
    expect(chosen).to.deep.equal([first, slow, vain])
  })

  it('asks who cools down only when all others were tried in vain', () => {
    const [cool, other] = [terms(1n), terms(2n)]
    const isCooling = (seeder: typeof cool): boolean => seeder === cool
    expect(chooseSeeders([cool, other], { maxSources: 8, isCooling })).to.deep.equal([other])
    expect(chooseSeeders([cool, other], { maxSources: 8, isCooling, fruitless: () => 1 })).to.deep.equal([other, cool])
    expect(chooseSeeders([cool], { maxSources: 8, isCooling }), 'nobody else is there').to.deep.equal([cool])
  })
})
