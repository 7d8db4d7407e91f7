import { expect } from 'chai'
import { affords, EMPTY_SHARE, newBudget, reserveGas, withShare } from '../../src/channel/budget.ts'
import { wei } from '../../src/domain/amount.ts'

describe('channel/budget', () => {
  it('counts chunks in flight, so that what comes on credit can be paid for', () => {
    const share = { signed: wei(30n), verified: wei(40n), vouchers: 1 }
    const budget = withShare(newBudget(wei(100n)), EMPTY_SHARE, share)
    expect(affords(budget, [{ share, inFlight: wei(60n) }])).to.equal(true)
    expect(affords(budget, [{ share, inFlight: wei(61n) }])).to.equal(false)
    const both = [
      { share, inFlight: wei(30n) },
      { share: EMPTY_SHARE, inFlight: wei(30n) },
    ]
    expect(affords(budget, both)).to.equal(true)
    const withGas = reserveGas(budget, wei(1n))
    if (withGas === undefined) throw new Error('the gas fits')
    expect(affords(withGas, both)).to.equal(false)
  })

  it('does not count a chunk in flight twice that was paid ahead', () => {
    const share = { signed: wei(50n), verified: wei(40n), vouchers: 1 }
    const budget = withShare(newBudget(wei(50n)), EMPTY_SHARE, share)
    expect(affords(budget, [{ share, inFlight: wei(10n) }])).to.equal(true)
    expect(affords(budget, [{ share, inFlight: wei(11n) }])).to.equal(false)
  })
})
