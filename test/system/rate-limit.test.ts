import { expect } from 'chai'
import fc from 'fast-check'
import { paced, RateLimit } from '../../src/system/rate-limit.ts'
import { FakeClock } from '../support/fake-clock.ts'

const RATE = 100_000
const BURST_BYTES = RATE / 4

describe('system/rate-limit', () => {
  it('lets no more than the rate through, over any time, but for one burst and one piece', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 262_144 }), waitMs: fc.nat({ max: 3_000 }) }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (pieces) => {
          const clock = new FakeClock(0)
          const rate = new RateLimit(clock, RATE)
          let taken = 0
          let largest = 0
          for (const { bytes, waitMs } of pieces) {
            await clock.advance(waitMs)
            if (rate.delayMs() > 0) continue
            rate.take(bytes)
            taken += bytes
            largest = Math.max(largest, bytes)
          }
          expect(taken).to.be.at.most((RATE * clock.monotonic()) / 1000 + BURST_BYTES + largest)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('uses all of the rate when there is always something to take', async () => {
    const clock = new FakeClock(0)
    const rate = new RateLimit(clock, RATE)
    let taken = 0
    while (clock.monotonic() < 60_000) {
      const waitMs = rate.delayMs()
      if (waitMs > 0) await clock.advance(waitMs)
      rate.take(262_144)
      taken += 262_144
    }
    expect(taken / 60).to.be.within(RATE, RATE * 1.1)
  })

  it('is changed while something is owed, and taken away', async () => {
    const clock = new FakeClock(0)
    const rate = new RateLimit(clock, RATE)
    await clock.advance(1_000)
    rate.take(2 * RATE + BURST_BYTES)
    expect(rate.delayMs()).to.equal(2_000)
    rate.set(2 * RATE)
    expect(rate.delayMs()).to.equal(1_000)
    rate.set(0)
    rate.take(1e9)
    expect(rate.delayMs()).to.equal(0)
    rate.set(RATE)
    expect(rate.delayMs(), 'what went before there was a limit is not owed').to.equal(0)
  })

  it('paces a stream, and stops waiting with the signal', async () => {
    const clock = new FakeClock(0)
    const rate = new RateLimit(clock, RATE)
    const stopping = new AbortController()
    const pieces = [1, 2, 3].map((fill) => new Uint8Array(RATE).fill(fill))
    const came: number[] = []
    const reading = (async () => {
      for await (const bytes of paced(pieces, { rate, clock, signal: stopping.signal })) came.push(bytes[0] ?? 0)
    })()
    await clock.advance(0)
    expect(came).to.deep.equal([1])
    await clock.advance(1_000)
    expect(came).to.deep.equal([1, 2])
    const reason = new Error('enough')
    stopping.abort(reason)
    expect(await reading.catch((error: unknown) => error)).to.equal(reason)
  })
})
