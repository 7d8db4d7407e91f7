import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import type { AccountStatus } from '../../src/in-band/payments.ts'
import { nextPayment } from '../../src/webrpc/next-payment.ts'
import { type AskedChunk, Requested } from '../../src/webrpc/requested.ts'
import { FILE } from '../in-band/shelf.ts'

const books = (vouchered: bigint, committed: bigint, credit: bigint): AccountStatus => ({
  vouchered: wei(vouchered),
  committed: wei(committed),
  credit: wei(credit),
  spendable: wei(10n ** 18n),
  recent: [],
})

/** Chunks of these prices, asked for in this order. */
function requested(...chunks: (Partial<Omit<AskedChunk, 'price'>> & { price: bigint })[]): Requested {
  const all = new Requested()
  const asked = chunks.map((chunk, chunkIndex) => ({ lengthBytes: 1, ...chunk, chunkIndex, price: wei(chunk.price) }))
  all.add(1, { fileHash: FILE, ordered: false, chunks: asked })
  return all
}

describe('webrpc/next-payment', () => {
  const chunks = requested({ price: 10n }, { price: 10n }, { price: 10n })

  it('is the first chunk that V and C do not cover, for the V that it takes', () => {
    expect(nextPayment(books(0n, 0n, 0n), wei(0n), chunks)).to.deep.equal({ price: 10n, required: 10n })
    expect(nextPayment(books(100n, 100n, 12n), wei(0n), chunks)).to.deep.equal({ price: 10n, required: 108n })
  })

  it('counts vouchers that are under way', () => {
    expect(nextPayment(books(100n, 100n, 0n), wei(110n), chunks)).to.deep.equal({ price: 10n, required: 120n })
    expect(nextPayment(books(100n, 100n, 0n), wei(130n), chunks)).to.equal(undefined)
    expect(nextPayment(books(130n, 100n, 0n), wei(110n), chunks)).to.equal(undefined)
  })

  it('is none where all that was asked for is covered, or nothing is', () => {
    expect(nextPayment(books(100n, 100n, 30n), wei(0n), chunks)).to.equal(undefined)
    expect(nextPayment(books(0n, 0n, 0n), wei(0n), requested())).to.equal(undefined)
    expect(nextPayment(undefined, wei(0n), chunks)).to.equal(undefined)
  })

  it('is none where credit is enough for batches', () => {
    const many = requested(...Array.from({ length: 20 }, () => ({ price: 10n })))
    expect(nextPayment(books(700n, 700n, 79n), wei(0n), many)).to.deep.equal({ price: 10n, required: 701n })
    expect(nextPayment(books(700n, 700n, 80n), wei(0n), many)).to.equal(undefined)
  })

  it('does not count what comes again, nor what is being cancelled', () => {
    const again = requested({ price: 10n, resend: true }, { price: 10n }, { price: 30n })
    expect(nextPayment(books(0n, 0n, 0n), wei(0n), again)).to.deep.equal({ price: 10n, required: 10n })
    again.cancel(1, [1])
    expect(nextPayment(books(0n, 0n, 0n), wei(0n), again)).to.deep.equal({ price: 30n, required: 30n })
  })
})
