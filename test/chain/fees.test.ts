import { expect } from 'chai'
import fc from 'fast-check'
import { bumpFees, chooseFees, MIN_TIP, maxPrice } from '../../src/chain/fees.ts'

describe('chain/fees', () => {
  it('tips what miners want although an idle chain asks for 7 wei', () => {
    const fees = chooseFees({ baseFeePerGas: 7n, suggestedTip: 0n, gasPrice: 7n })
    expect(fees).to.deep.equal({ kind: 'eip1559', maxFeePerGas: 14n + MIN_TIP, maxPriorityFeePerGas: MIN_TIP })
  })

  it('uses a legacy price where there is no base fee, and never zero', () => {
    expect(chooseFees({ baseFeePerGas: undefined, suggestedTip: undefined, gasPrice: 0n })).to.deep.equal({
      kind: 'legacy',
      gasPrice: MIN_TIP,
    })
  })

  it('follows the node when it asks for more', () => {
    const fees = chooseFees({ baseFeePerGas: 5n * MIN_TIP, suggestedTip: 3n * MIN_TIP, gasPrice: 0n })
    expect(fees).to.deep.equal({ kind: 'eip1559', maxFeePerGas: 13n * MIN_TIP, maxPriorityFeePerGas: 3n * MIN_TIP })
  })

  it('replaces with at least ten per cent more of everything, so that geth accepts it', () => {
    const price = fc.bigInt({ min: 1n, max: 10n ** 18n })
    fc.assert(
      fc.property(price, price, price, price, (fee, tip, nowFee, nowTip) => {
        const previous = { kind: 'eip1559', maxFeePerGas: fee + tip, maxPriorityFeePerGas: tip } as const
        const next = bumpFees(previous, {
          kind: 'eip1559',
          maxFeePerGas: nowFee + nowTip,
          maxPriorityFeePerGas: nowTip,
        })
        if (next.kind !== 'eip1559') throw new Error('the kind changed')
        expect(next.maxFeePerGas * 10n >= (fee + tip) * 11n).to.equal(true)
        expect(next.maxPriorityFeePerGas * 10n >= tip * 11n).to.equal(true)
        expect(next.maxFeePerGas >= nowFee + nowTip).to.equal(true)
        expect(maxPrice(next)).to.equal(next.maxFeePerGas)
      }),
    )
  })
})
