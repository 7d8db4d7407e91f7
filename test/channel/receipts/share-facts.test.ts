import { expect } from 'chai'
import fc from 'fast-check'
import { splitShare } from '../../../src/channel/receipts/share-facts.ts'
import { type Wei, wei } from '../../../src/domain/amount.ts'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'

const [A, B] = [parseFileHash('aa'.repeat(32)), parseFileHash('bb'.repeat(32))]
const file = (fileHash: FileHash, verified: bigint, logged: bigint) => ({
  fileHash,
  verified: wei(verified),
  logged: wei(logged),
})

describe('channel/receipts/share-facts', () => {
  it('pays what verified, and puts what is ahead down to the last file that it paid for', () => {
    expect(splitShare(wei(5n), [file(A, 3n, 1n), file(B, 2n, 0n)])).to.deep.equal([
      { fileHash: A, amount: 2n },
      { fileHash: B, amount: 3n },
    ])
  })

  it('takes nothing for a file that has more than it sold, until it has sold that', () => {
    expect(splitShare(wei(2n), [file(A, 1n, 2n), file(B, 2n, 0n)])).to.deep.equal([{ fileHash: B, amount: 2n }])
  })

  it('puts all of what is paid ahead down to one file', () => {
    expect(splitShare(wei(4n), [file(A, 1n, 1n), file(B, 2n, 2n)])).to.deep.equal([{ fileHash: B, amount: 4n }])
  })

  it('names no file where nothing was sold', () => {
    expect(splitShare(wei(4n), [])).to.deep.equal([])
  })

  it('gives each file what it sold, whenever it is asked, once all is paid', () => {
    const purchases = fc.array(
      fc.record({ of: fc.constantFrom(A, B), price: fc.bigInt(1n, 9n), pay: fc.bigInt(0n, 9n) }),
    )
    fc.assert(
      fc.property(purchases, (all) => {
        const sold = new Map([A, B].map((fileHash) => [fileHash, { verified: 0n, logged: 0n }]))
        let owed = 0n
        const pay = (amount: bigint): void => {
          const files = [...sold].map(([fileHash, { verified, logged }]) => file(fileHash, verified, logged))
          const parts = splitShare(wei(amount), files)
          expect(parts.reduce((sum: bigint, part: { amount: Wei }) => sum + part.amount, 0n)).to.equal(amount)
          for (const part of parts) (sold.get(part.fileHash) ?? { logged: 0n }).logged += part.amount
          owed -= amount
        }
        for (const { of, price, pay: amount } of all) {
          ;(sold.get(of) ?? { verified: 0n }).verified += price
          owed += price
          pay(amount < owed ? amount : owed)
        }
        pay(owed)
        for (const { verified, logged } of sold.values()) expect(logged).to.equal(verified)
      }),
    )
  })
})
