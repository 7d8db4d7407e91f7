import { expect } from 'chai'
import { planChannel } from '../../src/channel/open-plan.ts'
import { wei } from '../../src/domain/amount.ts'
import { openChannel, payerPair } from './pair-states.ts'

describe('channel/open-plan', () => {
  it('adds what is owed beyond the deposit as well: the gap is closed in one step', () => {
    // V fell to 100 when an earlier channel ended in agreement, and a chunk came all the same: R is far above what this one holds.
    const pair = payerPair({ channels: [openChannel({ deposit: wei(100n), best: wei(100n) })], verified: wei(400n) })
    const plan = planChannel(pair, wei(50n), { mayTopUp: true })
    expect(plan).to.include({ kind: 'topUp', target: 450n })
  })

  it('adds nothing when enough is left after what is signed and owed', () => {
    const pair = payerPair({ channels: [openChannel({ deposit: wei(450n), best: wei(100n) })], verified: wei(400n) })
    expect(planChannel(pair, wei(50n), { mayTopUp: true }).kind).to.equal('reuse')
  })
})
