import { expect } from 'chai'
import type { Payer } from '../../src/channel/payer.ts'
import { wei } from '../../src/domain/amount.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { createDownloadPayments } from '../../src/node/download/payments.ts'

const NEAR = parseAddress('0x00000000000000000000000000000000000000a1')
const FAR = parseAddress('0x00000000000000000000000000000000000000b2')

describe('node/download-payments', () => {
  it('books what is owed for verified chunks, what was paid ahead, and gas', () => {
    const share = { vouchers: 1, downloadId: 'ours' }
    const payer: Pick<Payer, 'history' | 'budget'> = {
      history: () => [
        { ...share, payee: NEAR, signed: wei(100n), verified: wei(112n) }, // on credit: 12 are owed
        { ...share, payee: FAR, signed: wei(30n), verified: wei(20n) }, // 10 were paid ahead
        { ...share, downloadId: 'another', payee: FAR, signed: wei(1_000n), verified: wei(1_000n) },
      ],
      budget: () => ({
        limit: wei(0n),
        signed: wei(0n),
        exposed: wei(0n),
        gasReserved: wei(0n),
        gasSpent: wei(5n),
        ended: false,
      }),
    }
    // only what is asked of a payer here
    const payments = createDownloadPayments({ payer: payer as Payer })
    expect(payments.bookedIn('ours')).to.equal(147n)
  })
})
