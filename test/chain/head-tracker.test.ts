import { expect } from 'chai'
import fc from 'fast-check'
import { advanceHead, type HeadBlock, type HeadHistory } from '../../src/chain/head-tracker.ts'

/** Block `number` of the branch called `branch`. */
function block(number: number, branch = 'a', parentBranch = branch): HeadBlock {
  return { number, hash: `${branch}${number}`, parentHash: `${parentBranch}${number - 1}`, timestamp: number }
}

/** The chain whose blocks below `fork` are of branch a, and the others of branch b. */
function blockHash(fork: number) {
  return async (number: number) => `${number < fork ? 'a' : 'b'}${number}`
}

async function history(...blocks: HeadBlock[]): Promise<HeadHistory> {
  let result: HeadHistory = new Map()
  for (const next of blocks)
    result = (await advanceHead(result, next, async (number) => `a${number}`))?.history ?? result
  return result
}

describe('chain/head-tracker', () => {
  it('tells the first head, and the same one once', async () => {
    const first = await advanceHead(new Map(), block(5), blockHash(99))
    expect(first?.head).to.deep.equal({ number: 5, hash: 'a5', timestamp: 5 })
    expect(await advanceHead(first?.history ?? new Map(), block(5), blockHash(99))).to.equal(undefined)
  })

  it('sees no reorg in a child, nor in a head some blocks on', async () => {
    const seen = await history(block(1), block(2))
    for (const next of [block(3), block(9)])
      expect((await advanceHead(seen, next, blockHash(99)))?.head).to.not.have.property('reorgedFrom')
  })

  it('finds where another branch left the one seen', async () => {
    const seen = await history(block(1), block(2), block(3), block(4))
    const longer = await advanceHead(seen, block(6, 'b'), blockHash(3))
    expect(longer?.head.reorgedFrom).to.equal(3)
    const sameHeight = await advanceHead(seen, block(4, 'b', 'a'), blockHash(4))
    expect(sameHeight?.head.reorgedFrom).to.equal(4)
  })

  it('tells that blocks are gone when the head is an older block', async () => {
    const seen = await history(block(1), block(2), block(3), block(4))
    expect((await advanceHead(seen, block(2), blockHash(99)))?.head.reorgedFrom).to.equal(3)
  })

  it('knows the parent of the only head seen', async () => {
    const seen = await history(block(7))
    expect((await advanceHead(seen, block(7, 'b', 'a'), blockHash(7)))?.head.reorgedFrom).to.equal(7)
    expect((await advanceHead(seen, block(8, 'b', 'b'), blockHash(7)))?.head.reorgedFrom).to.equal(7)
  })

  it('takes everything for changed when no block it remembers is left', async () => {
    const seen = await history(block(7), block(8))
    expect((await advanceHead(seen, block(9, 'b'), blockHash(0)))?.head.reorgedFrom).to.equal(0)
  })

  it('never misses a changed block, whatever heads were polled', async () => {
    const runs = fc.record({
      polled: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
      fork: fc.integer({ min: 1, max: 45 }),
      next: fc.integer({ min: 1, max: 45 }),
    })
    await fc.assert(
      fc.asyncProperty(runs, async ({ polled, fork, next }) => {
        const ascending = [...polled].sort((a, b) => a - b)
        const seen = await history(...ascending.map((number) => block(number)))
        const parentBranch = next - 1 < fork ? 'a' : 'b'
        const head = next < fork ? block(next) : block(next, 'b', parentBranch)
        const step = await advanceHead(seen, head, blockHash(fork))
        const changed = ascending.filter((number) => number >= fork || number > next)
        const highest = ascending.at(-1) ?? 0
        if (step === undefined) return void expect([next, changed]).to.deep.equal([highest, []])
        if (changed.length === 0) return void expect(step.head).to.not.have.property('reorgedFrom')
        expect(step.head.reorgedFrom).to.be.at.most(Math.min(...changed))
      }),
    )
  })
})
