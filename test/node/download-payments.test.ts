import { expect } from 'chai'
import { type DownloadBudget, newBudget } from '../../src/channel/budget.ts'
import type { Payer } from '../../src/channel/payer.ts'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { createDownloadPayments } from '../../src/node/download/payments.ts'

const payerWith = (budget: DownloadBudget): Payer => {
  const payer: Pick<Payer, 'budget'> = {
    budget(downloadId) {
      if (downloadId === 'ours') return budget
      throw new ChiralError('DOWNLOAD_UNKNOWN', 'There is no such download.')
    },
  }
  return payer as Payer // only what is asked of a payer here
}

describe('node/download-payments', () => {
  it('books what is owed for verified chunks, what was paid ahead, what came back of it, and gas', () => {
    const budget = {
      ...newBudget(wei(1n)),
      signed: wei(130n),
      exposed: wei(142n),
      gasSpent: wei(5n),
      gasReserved: wei(3n),
    }
    const payments = createDownloadPayments({ payer: payerWith(budget) })
    expect(payments.bookedIn('ours')).to.equal(150n)
    expect(payments.gasSpentIn('ours')).to.equal(5n)
  })

  it('books nothing for a download that did not begin', () => {
    const payments = createDownloadPayments({ payer: payerWith(newBudget(wei(1n))) })
    expect(payments.bookedIn('another')).to.equal(0n)
    expect(payments.gasSpentIn('another')).to.equal(0n)
  })
})
