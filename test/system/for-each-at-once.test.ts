import { expect } from 'chai'
import { abortable } from '../../src/system/abortable.ts'
import { forEachAtOnce } from '../../src/system/for-each-at-once.ts'

describe('system/for-each-at-once', () => {
  it('works on every item, at most so many at once', async () => {
    const done: number[] = []
    let running = 0
    let most = 0
    await forEachAtOnce(
      Array.from({ length: 20 }, (_, i) => i),
      3,
      async (item) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        done.push(item)
      },
    )
    expect(done.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i))
    expect(most).to.equal(3)
  })

  it('begins nothing after a failure, and rejects with it when the rest has ended', async () => {
    const begun: number[] = []
    let ended = 0
    const failing = forEachAtOnce([0, 1, 2, 3], 2, async (item) => {
      begun.push(item)
      await new Promise((resolve) => setImmediate(resolve))
      ended++
      if (item === 0) throw new Error('zero')
    })
    expect(await failing.catch((error: Error) => error.message)).to.equal('zero')
    expect([begun.length <= 3, ended]).to.deep.equal([true, begun.length])
  })
})

describe('system/abortable', () => {
  it('gives up waiting, and only that', async () => {
    const stop = new AbortController()
    const work = Promise.withResolvers<number>()
    const waiting = abortable(work.promise, stop.signal)
    stop.abort(new Error('enough'))
    expect(await waiting.catch((error: Error) => error.message)).to.equal('enough')
    expect(await abortable(work.promise, stop.signal).catch((error: Error) => error.message)).to.equal('enough')
    work.resolve(7)
    expect(await abortable(work.promise, new AbortController().signal)).to.equal(7)
  })
})
