import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { chainParameters } from '../../src/domain/chains.ts'
import { confirmationRuleOf, confirmationsFor } from '../../src/domain/confirmation-rule.ts'

describe('domain/confirmation-rule', () => {
  const small = { amount: wei(10n), confirmations: 1 }

  it('asks less of a deposit that is no larger than the small one', () => {
    const rule = { confirmations: 6, small }
    expect([0n, 10n, 11n].map((amount) => confirmationsFor(rule, wei(amount)))).to.deep.equal([1, 1, 6])
    expect(confirmationsFor({ confirmations: 6 }, wei(0n))).to.equal(6)
  })

  it('never asks more of a small deposit than of a large one', () => {
    expect(confirmationsFor({ confirmations: 1, small: { ...small, confirmations: 4 } }, wei(1n))).to.equal(1)
  })

  it('is taken out of what carries it, without anything else', () => {
    expect(confirmationRuleOf({ confirmations: 6, small, ...{ more: 1 } })).to.deep.equal({ confirmations: 6, small })
    expect(confirmationRuleOf({ confirmations: 6 })).to.deep.equal({ confirmations: 6 })
  })

  it('is six blocks on the network, and one for a tenth of a coin', () => {
    const rule = chainParameters(98765)
    expect(confirmationsFor(rule, wei(10n ** 17n))).to.equal(1)
    expect(confirmationsFor(rule, wei(10n ** 17n + 1n))).to.equal(6)
    for (const chainId of [98767, 98768]) expect(chainParameters(chainId).small).to.equal(undefined)
  })
})
