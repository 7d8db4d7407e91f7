import { wei } from '../../src/domain/amount.ts'
import { MAX_PRICE, PairModel } from './pair-model.ts'
import { checkPair } from './pair-property.ts'

describe('channel: a payer and a payee over a network that loses, doubles, reorders and crashes', () => {
  it('keeps every bound of docs/specs/01-voucher.md §5 at every step, and conserves money', () => {
    checkPair(1000)
  })

  it('keeps them where allocations of escrows are in the place of channels', () => {
    checkPair(500, { isEscrow: true })
  })

  it('keeps them with a payer that had an opening credit', () => {
    checkPair(1000, { opening: wei(4n * MAX_PRICE) })
  })

  for (const splitSuspected of [false, true])
    it(`sells all of a file when nothing goes wrong${splitSuspected ? ', without credit while a split is suspected' : ''}`, () => {
      const model = new PairModel()
      model.suspect(splitSuspected)
      for (let chunk = 0; chunk < 40; chunk++) {
        model.status()
        model.want(chunk)
        while (!model.verified.has(chunk)) model.deliver(0, { keep: false })
        if (chunk % 5 === 4) model.finish()
      }
      model.finish()
    })
})
