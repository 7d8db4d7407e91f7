import { expect } from 'chai'
import fc from 'fast-check'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { type Address, parseAddress, peerIdText } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { type BatchLimits, batchDeposit, chooseForBatch, type FileTerms } from '../../src/node/download/batch-plan.ts'

const PRICE = wei(1_000_000n)
const LIMITS: BatchLimits = {
  maxPrice: undefined,
  maxSources: 8,
  maxTotal: undefined,
  balance: wei(10n ** 18n),
  gasFor: (payees) => wei(BigInt(payees) * 100n),
  restraint: () => 0,
}

function seller(byte: number, pricePerMiB: Wei = PRICE, minDeposit = 0n): FileTerms {
  const text = byte.toString(16).padStart(2, '0')
  return {
    peerId: peerIdText(`peer ${byte}`),
    payee: parseAddress(`0x${text.repeat(20)}`),
    pricePerMiB,
    minDeposit: wei(minDeposit),
  }
}

function fileOf(sizeBytes: number, seeders: readonly FileTerms[], held: readonly number[] = []) {
  const have = new Bitfield(chunkCount(sizeBytes))
  for (const index of held) have.add(index)
  return { sizeBytes, have, seeders }
}

const [A, B, C] = [seller(1), seller(2), seller(3)]

describe('node/download/batch-plan', () => {
  it('shares small files out among those that ask the same, one seeder a file', () => {
    const files = Array.from({ length: 100 }, () => fileOf(10_000, [A, B]))
    const { seeders, deposits } = chooseForBatch(files, LIMITS)
    expect(seeders.every((chosen) => chosen.length === 1)).to.equal(true)
    for (const { payee } of [A, B]) {
      expect(seeders.filter(([chosen]) => chosen?.payee === payee)).to.have.length(50)
      expect(deposits.get(payee)).to.equal(filePrice(PRICE, 10_000) * 50n)
    }
  })

  it('asks as many seeders for a large file as it may, the cheapest first', () => {
    const dear = seller(9, wei(PRICE * 3n))
    const file = fileOf(64 * CHUNK_SIZE_BYTES, [dear, A, B, C])
    expect(chooseForBatch([file], { ...LIMITS, maxSources: 2 }).seeders[0]).to.deep.equal([A, B])
    expect(chooseForBatch([file], LIMITS).seeders[0]).to.deep.equal([A, B, C, dear])
    expect(chooseForBatch([file], { ...LIMITS, maxPrice: PRICE }).seeders[0]).to.deep.equal([A, B, C])
    const restraint = ({ payee }: { payee: string }): number => (payee === A.payee ? 1 : 0)
    expect(chooseForBatch([file], { ...LIMITS, restraint }).seeders[0]).to.deep.equal([B, C, dear, A])
  })

  it('asks fewer when the budget or the wallet is small', () => {
    const dear = seller(9, wei(PRICE * 3n))
    const file = fileOf(64 * CHUNK_SIZE_BYTES, [A, dear])
    const price = filePrice(PRICE, file.sizeBytes)
    const poor = chooseForBatch([file], { ...LIMITS, maxTotal: wei(price * 2n) })
    expect(poor.seeders[0]).to.deep.equal([A])
    expect([poor.cheapest, poor.dearest, poor.gas]).to.deep.equal([price, price, 100n])
    expect(chooseForBatch([file], { ...LIMITS, balance: wei(price + 100n) }).seeders[0]).to.deep.equal([A])
  })

  it('leaves out what is held and what is too dear', () => {
    const held = fileOf(CHUNK_SIZE_BYTES, [A], [0])
    const dear = fileOf(CHUNK_SIZE_BYTES, [seller(9, wei(PRICE * 3n))])
    const { deposits, seeders, dearest } = chooseForBatch([held, dear], { ...LIMITS, maxPrice: PRICE })
    expect(deposits.size).to.equal(0)
    expect(seeders[1]).to.deep.equal([])
    expect(dearest).to.equal(0n)
  })

  it('takes the largest of the smallest deposits, when the files cost less', () => {
    const picky = seller(4, PRICE, 10n ** 9n)
    expect(batchDeposit([{ file: fileOf(1, [picky]), seeders: [picky] }], picky.payee)).to.equal(10n ** 9n)
  })

  it('never locks more than twice the price, nor less than a seeder alone may be asked for', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 * CHUNK_SIZE_BYTES }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3 }), (list, count) => {
        const sellers = [A, B, C].slice(0, count)
        const files = list.map((size) => fileOf(size, sellers))
        const { deposits, seeders, dearest, cheapest } = chooseForBatch(files, LIMITS)
        const locked = [...deposits.values()].reduce((sum, deposit) => sum + deposit, 0n)
        expect(cheapest).to.equal(dearest)
        expect(dearest).to.equal(list.reduce((sum, size) => sum + filePrice(PRICE, size), 0n))
        expect(locked >= dearest).to.equal(true)
        // Each share is rounded up, and never below one chunk.
        const slack = BigInt(list.length * count) * (PRICE / 4n + 1n)
        expect(locked <= dearest * 2n + slack).to.equal(true)
        const alone = new Map<Address, bigint>()
        for (const [index, chosen] of seeders.entries())
          if (chosen.length === 1)
            for (const { payee } of chosen)
              alone.set(payee, (alone.get(payee) ?? 0n) + filePrice(PRICE, list[index] ?? 0))
        for (const [payee, price] of alone) expect((deposits.get(payee) ?? 0n) >= price).to.equal(true)
      }),
    )
  })
})
