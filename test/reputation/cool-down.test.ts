import { expect } from 'chai'
import {
  COOL_DOWN_MS,
  DEMOTION_MS,
  SILENCE_WINDOW_MS,
  SILENCES_BEFORE_COOL_DOWN,
  silence,
  slowOnes,
} from '../../src/reputation/cool-down.ts'
import { step } from '../../src/reputation/step.ts'

const WARM = { silentAt: [], coolUntil: 0 }

describe('reputation/cool-down', () => {
  it('cools a peer down for ten minutes after three silences within five', () => {
    const second = silence(silence(WARM, 1_000), 2_000)
    expect(second.coolUntil).to.equal(0)
    const third = silence(second, SILENCE_WINDOW_MS + 999)
    expect(third).to.deep.equal({ silentAt: [], coolUntil: SILENCE_WINDOW_MS + 999 + COOL_DOWN_MS })
  })

  it('does not count silences that are further apart', () => {
    let state: Parameters<typeof silence>[0] = WARM
    for (let i = 0; i < 10 * SILENCES_BEFORE_COOL_DOWN; i++) state = silence(state, (i * SILENCE_WINDOW_MS) / 2)
    expect(state.coolUntil).to.equal(0)
    expect(state.silentAt).to.have.length(2)
  })

  it('is part of what is remembered of a peer, as slowness is', () => {
    const silent = { kind: 'outcome', outcome: 'timedOut' } as const
    const standing = step(step(step(undefined, silent, 10), silent, 20), silent, 30)
    expect(standing.coolUntil).to.equal(30 + COOL_DOWN_MS)
    expect(standing.outcomes.timedOut?.count).to.equal(3)
    expect(step(standing, { kind: 'slow' }, 40).slowUntil).to.equal(40 + DEMOTION_MS)
  })

  it('calls slow who brought less than a tenth of the median', () => {
    const brought = (...bytes: number[]): Map<string, number> => new Map(bytes.map((each, i) => [`${i}`, each]))
    expect(slowOnes(brought(99, 1_000, 1_000))).to.deep.equal(['0'])
    expect(slowOnes(brought(100, 1_000, 1_000))).to.deep.equal([])
    expect(slowOnes(brought(0, 1_000))).to.deep.equal(['0'])
    expect(slowOnes(brought(10)), 'alone').to.deep.equal([])
    expect(slowOnes(brought(0, 0, 0)), 'nobody brought anything').to.deep.equal([])
  })
})
