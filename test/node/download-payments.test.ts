import { expect } from 'chai'
import type { BatchPayer } from '../../src/channel/batches/batch-payer.ts'
import { type DownloadBudget, newBudget } from '../../src/channel/budget.ts'
import type { EscrowPayer } from '../../src/channel/escrow/escrow-payer.ts'
import type { Payer } from '../../src/channel/payer.ts'
import type { TransferPayer } from '../../src/channel/transfers/transfer-payer.ts'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { type Address, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { createDownloadPayments } from '../../src/node/download/payments.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'

const payerWith = (budget: DownloadBudget): Payer => {
  const payer: Pick<Payer, 'budget'> = {
    budget(downloadId) {
      if (downloadId === 'ours') return budget
      throw new ChiralError('DOWNLOAD_UNKNOWN', 'There is no such download.')
    },
  }
  return payer as Payer // only what is asked of a payer here
}

/** None is asked of here. */
const transfers = {} as TransferPayer

describe('node/download-payments', () => {
  it('books what is owed for verified chunks, what was paid ahead, what came back of it, and gas', () => {
    const budget = {
      ...newBudget(wei(1n)),
      signed: wei(130n),
      exposed: wei(142n),
      gasSpent: wei(5n),
      gasReserved: wei(3n),
    }
    const payments = createDownloadPayments({ payer: payerWith(budget), transfers })
    expect(payments.bookedIn('ours')).to.equal(150n)
    expect(payments.gasSpentIn('ours')).to.equal(5n)
  })

  it('tells what payees keep that never delivered anything, to whichever download', () => {
    const [silent, later, proven] = ['11', '22', '33'].map((byte) => parseAddress(`0x${byte.repeat(20)}`))
    const share = (payee: Address | undefined, downloadId: string, signed: bigint, verified: bigint) => ({
      payee,
      downloadId,
      signed: wei(signed),
      verified: wei(verified),
      vouchers: 1,
    })
    const history = () => [
      share(silent, 'ours', 7n, 0n),
      share(silent, 'another', 5n, 0n),
      share(later, 'ours', 7n, 0n),
      share(later, 'another', 7n, 7n),
      share(proven, 'ours', 9n, 2n),
    ]
    const payments = createDownloadPayments({ payer: { history } as unknown as Payer, transfers }) // only what is asked of a payer here
    expect([...payments.keptFrom('ours')]).to.deep.equal([[silent, 7n]])
  })

  it('lets a batch end that pays a seeder, before the same is paid from an escrow', async () => {
    const payee = parseAddress(`0x${'11'.repeat(20)}`)
    const order: string[] = []
    const batchPayer = {
      idle: async (to: Address) => {
        order.push(`idle ${to}`)
      },
    } as Partial<BatchPayer> as BatchPayer
    const escrows = {
      ensureAllocation: async ({ payee: to, deposit, together }) => {
        order.push(`allocate ${deposit} to ${to}, with ${together.map((other) => other.deposit)}`)
        return { confirmed: Promise.resolve() }
      },
    } as Partial<EscrowPayer> as EscrowPayer
    const payments = createDownloadPayments({ payer: payerWith(newBudget(wei(1n))), transfers, batchPayer, escrows })
    const terms = { payee, confirmations: 1 } as SourceTerms // all that is asked of it here
    await payments.payFromEscrow(terms, {
      budgetId: 'ours',
      fileHash: parseFileHash('ab'.repeat(32)),
      chunks: 4,
      deposit: wei(7n),
      together: [{ terms, deposit: wei(7n) }],
      topUp: false,
      onBlocksLeft() {},
      signal: new AbortController().signal,
    })
    expect(order).to.deep.equal([`idle ${payee}`, `allocate 7 to ${payee}, with 7`])
  })

  it('books nothing for a download that did not begin', () => {
    const payments = createDownloadPayments({ payer: payerWith(newBudget(wei(1n))), transfers })
    expect(payments.bookedIn('another')).to.equal(0n)
    expect(payments.gasSpentIn('another')).to.equal(0n)
  })
})
