import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import { PAY_BY_CHOICES, type PayByChoice } from '../../src/domain/pay-by.ts'
import { isEscrowAtHand } from '../../src/node/download/escrow-at-hand.ts'

const PRICED = [{ pricePerMiB: wei(0n) }, { pricePerMiB: wei(7n) }]
const FREE = [{ pricePerMiB: wei(0n) }]

describe('node/download/escrow-at-hand', () => {
  let looks = 0
  const on = (chain: 'with' | 'without') => ({
    async whyNoEscrow() {
      looks++
      return chain === 'with' ? undefined : new ChiralError('CONTRACT_UNKNOWN', 'There is none.')
    },
  })
  const answer = (chain: 'with' | 'without', choice: PayByChoice, seeders = PRICED) =>
    isEscrowAtHand(on(chain), choice, seeders).catch(codeOf)

  beforeEach(() => {
    looks = 0
  })

  it('lets every way be where there is one', async () => {
    for (const choice of PAY_BY_CHOICES) expect(await answer('with', choice), choice).to.equal(true)
  })

  it('says no to auto where there is none, and fails what its user named', async () => {
    expect(await answer('without', 'auto')).to.equal(false)
    for (const choice of ['escrow', 'batch'] as const)
      expect(await answer('without', choice), choice).to.equal('CONTRACT_UNKNOWN')
  })

  it('asks the chain nothing where no Escrow is needed', async () => {
    for (const choice of ['channel', 'transfer'] as const) expect(await answer('without', choice)).to.equal(true)
    for (const choice of PAY_BY_CHOICES) expect(await answer('without', choice, FREE), choice).to.equal(true)
    expect(looks).to.equal(0)
  })
})
