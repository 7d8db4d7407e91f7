import { expect } from 'chai'
import fc from 'fast-check'
import { PROMOTE_HEAT, planMove, type TierFile } from '../../src/content/tier-plan.ts'

const file = (path: string, tier: TierFile['tier'], sizeBytes: number, heat: number): TierFile => ({
  path,
  tier,
  sizeBytes,
  heat,
})
const limits = { fast: 100, large: 1_000 }

/** What `move` leaves. */
function after(files: readonly TierFile[], move: TierFile): TierFile[] {
  return files.map((other) => (other === move ? { ...other, tier: other.tier === 'fast' ? 'large' : 'fast' } : other))
}

describe('content/tier-plan', () => {
  it('moves nothing that is not asked for', () => {
    expect(planMove([file('a', 'large', 10, 1.9), file('b', 'fast', 90, 0)], limits)).to.equal(undefined)
  })

  it('promotes the hottest file that fits', () => {
    const files = [file('a', 'large', 200, 9), file('b', 'large', 10, 5), file('c', 'large', 10, 3)]
    expect(planMove(files, limits)?.path).to.equal('b')
  })

  it('demotes the coldest to make room, and not for one that is about as cold', () => {
    const files = [file('cold', 'fast', 60, 1), file('warm', 'fast', 40, 3), file('hot', 'large', 50, 4)]
    expect(planMove(files, limits)?.path).to.equal('cold')
    expect(planMove([file('as warm', 'fast', 60, 3), file('hot', 'large', 50, 4)], limits)).to.equal(undefined)
  })

  it('demotes nothing where all that is colder would still not make room', () => {
    const files = [file('cold', 'fast', 10, 0), file('hotter', 'fast', 85, 30), file('hot', 'large', 50, 20)]
    expect(planMove(files, limits)).to.equal(undefined)
  })

  it('empties a fast folder that is over its limit', () => {
    const files = [file('a', 'fast', 80, 5), file('b', 'fast', 80, 4)]
    expect(planMove(files, limits)?.path).to.equal('b')
    expect(planMove(files, { fast: 100, large: 50 })).to.equal(undefined)
  })

  it('comes to rest, and never exceeds a limit that was kept', () => {
    const files = fc.array(
      fc.record({
        tier: fc.constantFrom('fast' as const, 'large' as const),
        sizeBytes: fc.integer({ min: 0, max: 60 }),
        heat: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 20 },
    )
    const room = fc.record({ fast: fc.integer({ min: 0, max: 200 }), large: fc.integer({ min: 0, max: 900 }) })
    fc.assert(
      fc.property(files, room, (given, limits) => {
        let now: TierFile[] = given.map((one, index) => ({ ...one, path: String(index) }))
        for (let moves = 0; ; moves++) {
          expect(moves).to.be.at.most(2 * given.length)
          const move = planMove(now, limits)
          if (move === undefined) break
          if (move.tier === 'large') expect(move.heat).to.be.at.least(PROMOTE_HEAT)
          now = after(now, move)
          const to = move.tier === 'fast' ? 'large' : 'fast'
          const used = now.filter(({ tier }) => tier === to).reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
          expect(used).to.be.at.most(limits[to])
        }
      }),
    )
  })
})
