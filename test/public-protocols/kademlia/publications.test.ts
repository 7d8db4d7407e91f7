import { expect } from 'chai'
import { Publications } from '../../../src/public-protocols/kademlia/publications.ts'

const PAUSE_MS = 10
const REPEAT_MS = 1_000
const RETRY_MS = 100
const ENOUGH = 4

describe('public-protocols/kademlia/publications', () => {
  const create = (targets: readonly string[]): Publications<{ readonly target: string }> => {
    const publications = new Publications<{ readonly target: string }>({
      most: 8,
      pauseMs: PAUSE_MS,
      repeatMs: REPEAT_MS,
      enough: ENOUGH,
      retryMs: RETRY_MS,
    })
    publications.set(
      targets.map((target) => ({ target })),
      0,
    )
    return publications
  }

  /** When one file is published, if `took` nodes take it each time; until `until`. */
  function timesOf(took: (now: number) => number, until: number): number[] {
    const publications = create(['a'])
    const times: number[] = []
    for (let now = 0; now <= until; now += PAUSE_MS) {
      const file = publications.next(now)
      if (file === undefined) continue
      times.push(now)
      publications.published(file.target, took(now), now)
    }
    return times
  }

  it('repeats what enough nodes took after its time', () => {
    expect(timesOf(() => ENOUGH, 2_500)).to.deep.equal([0, 1_000, 2_000])
  })

  it('repeats what too few took sooner, twice as late each time, and never later than the others', () => {
    const expected = [0, 100, 300, 700, 1_500, 2_500, 3_500]
    expect(timesOf(() => ENOUGH - 1, 3_500)).to.deep.equal(expected)
    expect(timesOf(() => 0, 3_500)).to.deep.equal(expected)
  })

  it('begins with short pauses anew once enough took it', () => {
    expect(timesOf((now) => (now === 300 ? ENOUGH : 0), 1_700)).to.deep.equal([0, 100, 300, 1_300, 1_400, 1_600])
  })

  it('publishes one after another, the longest due first, and nothing that was taken away', () => {
    const publications = create(['a', 'b', 'c'])
    expect(publications.next(0)?.target).to.equal('a')
    expect(publications.next(PAUSE_MS - 1)).to.equal(undefined)
    publications.published('a', 0, 1)
    publications.set([{ target: 'a' }, { target: 'c' }], 2)
    publications.published('b', 0, 3)
    expect(publications.next(RETRY_MS + 1)?.target).to.equal('c')
    expect(publications.next(RETRY_MS + 1 + PAUSE_MS)?.target).to.equal('a')
    expect(publications.next(RETRY_MS + 1 + 2 * PAUSE_MS)).to.equal(undefined)
  })
})
