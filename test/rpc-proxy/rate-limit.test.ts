import { expect } from 'chai'
import { createRateLimiter } from '../../src/rpc-proxy/rate-limit.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('rpc-proxy/rate-limit', () => {
  it('lets a client make its calls at once, then one each part of a minute', async () => {
    const clock = new FakeClock()
    const limiter = createRateLimiter(clock, 60)
    expect(limiter.take('a', 60)).to.equal(undefined)
    expect(limiter.take('a', 1)).to.equal(1)
    expect(limiter.take('a', 30)).to.equal(30)
    expect(limiter.take('b', 60), 'another client').to.equal(undefined)
    await clock.advance(1_000)
    expect(limiter.take('a', 1)).to.equal(undefined)
    expect(limiter.take('a', 1)).to.equal(1)
  })

  it('never gives back more than a minute of calls', async () => {
    const clock = new FakeClock()
    const limiter = createRateLimiter(clock, 10)
    expect(limiter.take('a', 1)).to.equal(undefined)
    await clock.advance(3_600_000)
    expect(limiter.take('a', 11)).to.equal(6)
    expect(limiter.take('a', 10)).to.equal(undefined)
  })
})
