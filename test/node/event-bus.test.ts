import { expect } from 'chai'
import type { Download } from '../../src/node/download/download.ts'
import { EventBus } from '../../src/node/event-bus.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('node/event-bus', () => {
  it('looks at no download any more once it is stopped', async () => {
    const clock = new FakeClock()
    const bus = new EventBus(clock)
    let views = 0
    const download = { view: () => views++ } as unknown as Download // of a download, `view` alone is used
    bus.download(download, { now: false })
    bus.stop()
    bus.download(download, { now: false })
    bus.download(download, { now: true })
    await clock.advance(1_000)
    expect(views).to.equal(0)
  })
})
