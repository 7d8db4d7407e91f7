import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import { PREFERENCES, type Preference } from '../../src/domain/preference.ts'
import { EXPLORE_ONE_IN, rankSources, type SourceFacts } from '../../src/node/download/rank-sources.ts'

interface Named extends SourceFacts {
  readonly name: string
}

const source = (name: string, facts: Partial<Omit<SourceFacts, 'pricePerMiB'>> & { price?: bigint } = {}): Named => ({
  bytesPerSecond: undefined,
  latencyMs: undefined,
  spareBytesPerSecond: undefined,
  reputation: undefined,
  ...facts,
  pricePerMiB: wei(facts.price ?? 100n),
  name,
})

/** A roll with which nobody new gets a place. */
const KNOWN = 0.99
const rank = (
  sources: readonly Named[],
  prefer: Preference,
  { places = 8, roll = KNOWN }: { places?: number; roll?: number } = {},
): string[] => rankSources(sources, { factsOf: (facts) => facts, prefer, places, roll }).map(({ name }) => name)

describe('node/download/rank-sources', () => {
  const cheap = source('cheap', { price: 50n, bytesPerSecond: 1e5, spareBytesPerSecond: 1e5, reputation: 0.5 })
  const fast = source('fast', { price: 300n, bytesPerSecond: 1e7, spareBytesPerSecond: 1e7, reputation: 0.5 })
  const fair = source('fair', { price: 75n, bytesPerSecond: 6e6, spareBytesPerSecond: 6e6, reputation: 0.9 })

  it('puts first what is preferred', () => {
    expect(rank([fast, fair, cheap], 'cheapest')[0]).to.equal('cheap')
    expect(rank([cheap, fair, fast], 'fastest')[0]).to.equal('fast')
    expect(rank([cheap, fast, fair], 'balanced')[0]).to.equal('fair')
  })

  for (const [merit, better, worse] of [
    ['price', { price: 100n }, { price: 200n }],
    ['speed', { bytesPerSecond: 2e6 }, { bytesPerSecond: 1e6 }],
    ['latency', { latencyMs: 60 }, { latencyMs: 600 }],
    ['spare bandwidth', { spareBytesPerSecond: 2e6 }, { spareBytesPerSecond: 1e6 }],
    ['reputation', { reputation: 0.9 }, { reputation: 0.8 }],
  ] as const)
    for (const prefer of PREFERENCES)
      it(`weighs ${merit} for the ${prefer}, all else being equal`, () => {
        expect(rank([source('worse', worse), source('better', better)], prefer)).to.deep.equal(['better', 'worse'])
      })

  it('lets the cheapest come first whatever else is said of it, when that is preferred', () => {
    const poor = source('poor', { price: 99n, bytesPerSecond: 1, latencyMs: 9_000, reputation: 0 })
    expect(rank([source('good', { reputation: 1, latencyMs: 1 }), poor], 'cheapest')[0]).to.equal('poor')
  })

  it('takes latencies nobody notices for one', () => {
    expect(rank([source('a', { latencyMs: 40 }), source('b', { latencyMs: 5 })], 'balanced')).to.deep.equal(['a', 'b'])
  })

  it('puts a stranger below the proven and above those who failed', () => {
    const sources = [source('liar', { reputation: 0.01 }), source('stranger'), source('proven', { reputation: 0.6 })]
    expect(rank(sources, 'balanced')).to.deep.equal(['proven', 'stranger', 'liar'])
  })

  it('gives the last place to a stranger, once in so many downloads, each stranger as often', () => {
    const known = [1, 2, 3].map((i) => source(`known-${i}`, { reputation: 0.9 }))
    const strangers = [1, 2, 3, 4].map((i) => source(`stranger-${i}`))
    const lasts = new Map<string, number>()
    const rolls = 8 * EXPLORE_ONE_IN * strangers.length
    for (let i = 0; i < rolls; i++) {
      const ranked = rank([...strangers, ...known], 'balanced', { places: 3, roll: i / rolls })
      expect(ranked.slice(0, 2)).to.deep.equal(['known-1', 'known-2'])
      const last = ranked[2] ?? ''
      lasts.set(last, (lasts.get(last) ?? 0) + 1)
    }
    expect(lasts.get('known-3')).to.equal(rolls - rolls / EXPLORE_ONE_IN)
    for (const { name } of strangers) expect(lasts.get(name), name).to.equal(8)
  })

  it('leaves nobody out and adds nobody, whatever is known and rolled', () => {
    const facts = fc.record({
      pricePerMiB: fc.bigInt({ min: 0n, max: 10n ** 24n }).map(wei),
      bytesPerSecond: fc.option(fc.double({ min: 0, max: 1e10, noNaN: true }), { nil: undefined }),
      latencyMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
      spareBytesPerSecond: fc.option(fc.double({ min: 0, max: 1e10, noNaN: true }), { nil: undefined }),
      reputation: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.array(facts, { maxLength: 12 }),
        fc.constantFrom(...PREFERENCES),
        fc.nat({ max: 12 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (all, prefer, places, roll) => {
          const named = all.map((each, index) => ({ ...each, name: `${index}` }))
          expect(rank(named, prefer, { places, roll })).to.have.members(named.map(({ name }) => name))
        },
      ),
    )
  })
})
