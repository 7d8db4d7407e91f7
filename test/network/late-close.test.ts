import type { Listener, Transport } from '@libp2p/interface'
import { expect } from 'chai'
import { closingLate } from '../../src/network/late-close.ts'
import { LISTENER_CLOSE_DELAY_MS } from '../../src/network/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('network/late-close', () => {
  it('says at once that a listener is closed, and closes it after the delay', async () => {
    const clock = new FakeClock()
    let closed = 0
    const listener: Pick<Listener, 'close'> = {
      async close() {
        closed++
      },
    }
    // the two methods that matter here
    const transport = { createListener: () => listener } as unknown as Transport
    const late = closingLate(() => transport, clock)({})
    await late.createListener({} as Parameters<Transport['createListener']>[0]).close()
    expect(closed).to.equal(0)
    await clock.advance(LISTENER_CLOSE_DELAY_MS)
    expect(closed).to.equal(1)
  })
})
