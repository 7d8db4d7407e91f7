import { expect } from 'chai'
import type { Outcome } from '../../src/reputation/outcome.ts'
import { Reputation } from '../../src/reputation/reputation.ts'
import { newStanding } from '../../src/reputation/state.ts'
import { step } from '../../src/reputation/step.ts'
import { createStandingStore } from '../../src/reputation/store.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const PEER = { account: '0x4a62316623ad457F02cDC5D997deD67a383EC569', peerId: '12D3KooWSeller' }

describe('reputation/reputation', () => {
  let clock: FakeClock
  let database: Database
  const open = (): Reputation => new Reputation({ database, clock, log: silentLogger, isInDefault: () => false })
  const note = (reputation: Reputation, outcome: Outcome, count = 1): void => {
    for (let i = 0; i < count; i++) reputation.note(PEER, { kind: 'outcome', outcome, wei: 10n ** 14n })
  }

  beforeEach(() => {
    clock = new FakeClock()
    database = openDatabase(':memory:')
  })

  it('counts at once, and after a restart', async () => {
    const reputation = open()
    note(reputation, 'paidChunk', 40)
    const { score } = reputation.assess(PEER)
    expect(score).to.be.above(3)
    await reputation.flush()
    expect(open().assess(PEER).score).to.equal(score)
    expect(open().find(PEER.peerId)[0]?.assessment.score).to.equal(score)
    expect(open().find(PEER.account.toLowerCase())[0]?.peer).to.deep.equal(PEER)
  })

  it('writes by itself, a second later', async () => {
    note(open(), 'paidChunk')
    expect(open().standingOf(PEER)).to.equal(undefined)
    await clock.advance(1_000)
    await database.write(() => {}) // after what was queued before it
    expect(open().standingOf(PEER)?.outcomes.paidChunk?.count).to.equal(1)
  })

  it('keeps what is noted while it writes', async () => {
    const reputation = open()
    note(reputation, 'paidChunk')
    const writing = reputation.flush()
    note(reputation, 'paidChunk')
    await writing
    await reputation.flush()
    expect(open().standingOf(PEER)?.outcomes.paidChunk?.count).to.equal(2)
  })

  it('goes on when the disk does not', async () => {
    const reputation = open()
    note(reputation, 'paidChunk', 10)
    database.close()
    await reputation.flush()
    expect(reputation.assess(PEER).score).to.be.above(0)
  })

  it('takes a default out of the books, and only while it is there', () => {
    let owes = true
    const reputation = new Reputation({ database, clock, log: silentLogger, isInDefault: () => owes })
    expect(reputation.assess(PEER)).to.deep.include({ score: 0 })
    owes = false
    expect(reputation.assess(PEER).score).to.equal(undefined)
  })
})

describe('reputation/store', () => {
  it('forgets those of whom the least is known, when there are too many', async () => {
    const store = createStandingStore(openDatabase(':memory:'), { maxPeers: 3 })
    const weights: readonly Outcome[] = ['refused', 'wrongChunk', 'paidChunk', 'prepaymentKept', 'timedOut']
    for (const [index, outcome] of weights.entries()) {
      const peer = { account: `0x${index}`, peerId: outcome }
      await store.save([{ peer, standing: step(newStanding(0), { kind: 'outcome', outcome }, 1_000) }])
    }
    const left = weights.filter((outcome) => store.find(outcome).length > 0)
    expect(left).to.deep.equal(['wrongChunk', 'prepaymentKept', 'timedOut'])
  })
})
