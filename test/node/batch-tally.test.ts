import { expect } from 'chai'
import type { BatchFile } from '../../src/node/download/batch-files.ts'
import { BatchTally } from '../../src/node/download/batch-tally.ts'
import type { Download } from '../../src/node/download/download.ts'
import { FakeClock } from '../support/fake-clock.ts'

const SIZE = 1_000

describe('node/download/batch-tally', () => {
  const file = (whole = false): BatchFile => ({ sizeBytes: SIZE, whole }) as BatchFile
  const running = (verifiedBytes: number, transferBytes: number): Download =>
    ({ bytes: { verifiedBytes, transferBytes } }) as Download

  it('tells what came from what was here before and from what was copied', async () => {
    const clock = new FakeClock()
    const tally = new BatchTally(clock)
    const [here, resumed, fresh, copy] = [file(true), file(), file(), file()] as const
    tally.begin([here, resumed, fresh, copy])
    const shown = (): unknown => {
      const { verifiedBytes, transferBytes, transferSeconds } = tally.view()
      return { verifiedBytes, transferBytes, transferSeconds }
    }
    expect(shown()).to.deep.equal({ verifiedBytes: 1_000, transferBytes: 0, transferSeconds: 0 })
    tally.follow(new Map([[resumed, running(600, 0)]]))
    expect(shown(), 'held').to.deep.equal({ verifiedBytes: 1_600, transferBytes: 0, transferSeconds: 0 })
    tally.follow(new Map([[resumed, running(700, 100)]]))
    await clock.advance(2_000)
    tally.follow(
      new Map([
        [resumed, running(1_000, 400)],
        [fresh, running(500, 500)],
      ]),
    )
    expect(shown()).to.deep.equal({ verifiedBytes: 2_500, transferBytes: 900, transferSeconds: 2 })
    tally.left(resumed, running(1_000, 400).bytes)
    tally.done(resumed)
    tally.left(fresh, running(1_000, 1_000).bytes)
    tally.done(fresh)
    tally.done(copy)
    await clock.advance(1_000)
    tally.follow(new Map())
    expect(shown()).to.deep.equal({ verifiedBytes: 4_000, transferBytes: 1_400, transferSeconds: 3 })
  })
})
