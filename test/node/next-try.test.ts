import { expect } from 'chai'
import { ChiralError } from '../../src/domain/errors.ts'
import { type NextTry, nextTry } from '../../src/node/download/next-try.ts'

const MOST = 3
const triedAfter = (code: string, attempt: number, hasDelivered = false): NextTry | undefined =>
  nextTry(new ChiralError(code, 'It failed.'), { attempt, hasDelivered, most: MOST })

describe('node/download/next-try', () => {
  it('waits twice as long each time, and gives up after so many in a row', () => {
    const tries = [0, 1, 2].map((attempt) => triedAfter('STREAM_CLOSED', attempt))
    expect(tries.map((next) => next?.attempt)).to.deep.equal([1, 2, 3])
    const [first = 0, ...later] = tries.map((next) => next?.delayMs)
    expect(first).to.be.greaterThan(0)
    expect(later).to.deep.equal([2 * first, 4 * first])
    expect(triedAfter('STREAM_CLOSED', MOST)).to.equal(undefined)
  })

  it('begins the row anew after a session that brought something', () => {
    expect(triedAfter('STREAM_CLOSED', MOST, true)).to.deep.equal(triedAfter('STREAM_CLOSED', 0))
  })

  it('waits without an end for a seeder that is not to blame', () => {
    for (const attempt of [0, MOST, 100]) {
      const next = triedAfter('SPLIT_SUSPECTED', attempt)
      expect(next).to.include({ attempt: 0, isWaiting: true })
      expect(next?.delayMs).to.be.greaterThan(triedAfter('STREAM_CLOSED', 2)?.delayMs ?? 0)
    }
    expect(triedAfter('STREAM_CLOSED', 0)?.isWaiting).to.equal(false)
  })

  it('gives up at once where the seeder is of no more use, or the download cannot go on', () => {
    for (const code of ['PAYEE_MISMATCH', 'BUDGET_EXHAUSTED', 'DISK_FULL'])
      expect(triedAfter(code, 0, true), code).to.equal(undefined)
  })
})
