import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { batchesFor, chooseWay, type PaidTerms, takersOf } from '../../src/node/download/pay-policy.ts'

const seller: PaidTerms = {
  payee: parseAddress(`0x${'11'.repeat(20)}`),
  pricePerMiB: wei(7n),
  inBand: ['bitswap'],
  publicly: { http: { url: 'https://127.0.0.1/' } },
}
const noChannel = () => false
const sellers = (count: number): PaidTerms[] =>
  Array.from({ length: count }, (_, index) => ({
    ...seller,
    payee: parseAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`),
  }))

describe('node/download/pay-policy', () => {
  const choose = (seeders: readonly PaidTerms[], missingChunks: number, hasChannel = noChannel) =>
    chooseWay('auto', { seeders, missingChunks, hasChannel, hasEscrow: true })

  it('does what the user says', () => {
    for (const way of ['channel', 'transfer', 'batch', 'escrow'] as const)
      expect(chooseWay(way, { seeders: [], missingChunks: 1, hasChannel: noChannel, hasEscrow: false })).to.equal(way)
  })

  it('pays afterwards what all sellers together give on credit, and more with channels', () => {
    expect(choose([seller], 4)).to.equal('batch')
    expect(choose([seller], 5)).to.equal('channel')
    expect(choose([seller, seller, seller], 12)).to.equal('batch')
    expect(choose([seller, seller, seller], 13)).to.equal('channel')
  })

  it('takes channels where one of them gives no credit, has a channel, or where nothing costs anything', () => {
    expect(choose([seller, { ...seller, publicly: {} }], 4)).to.equal('channel')
    expect(choose([seller, { ...seller, inBand: ['webrpc'] }], 4)).to.equal('channel')
    expect(choose([seller], 4, () => true)).to.equal('channel')
    expect(choose([{ ...seller, pricePerMiB: ZERO_WEI }], 4)).to.equal('channel')
  })

  it('takes channels where there is no Escrow: a batch goes through it as a lock does', () => {
    const noEscrow = { hasChannel: noChannel, hasEscrow: false }
    expect(chooseWay('auto', { seeders: [seller], missingChunks: 1, ...noEscrow })).to.equal('channel')
    expect(chooseWay('auto', { seeders: sellers(10), missingChunks: 1_000, ...noEscrow })).to.equal('channel')
  })

  it('locks for ten sellers and more, where none of them refuses and credit is not enough', () => {
    expect(choose(sellers(9), 1_000)).to.equal('channel')
    expect(choose(sellers(10), 1_000)).to.equal('escrow')
    expect(choose(sellers(10), 40), 'what all of them lend is cheaper still').to.equal('batch')
    expect(choose([...sellers(10), { ...seller, refusesEscrows: true }], 1_000)).to.equal('channel')
    expect(choose(sellers(10), 1_000, () => true)).to.equal('channel')
  })

  it('rests on the gas that the contracts are measured to use', () => {
    const escrow = JSON.parse(readFileSync('test/contracts/Escrow/gas.json', 'utf8'))
    const { open } = JSON.parse(readFileSync('test/contracts/gas.json', 'utf8'))
    const lockFor = (sellers: number): number =>
      escrow.lock +
      sellers * (escrow.lockForOneSeeder - escrow.lock) +
      escrow.refund +
      sellers * (escrow.refundWithRelease - escrow.refund)
    expect(lockFor(9)).to.be.greaterThan(9 * open)
    expect(lockFor(10)).to.be.lessThan(10 * open)
  })

  it('locks nothing for a seller whose offer says that it takes none, and leaves it out of no other way', () => {
    const refuses = { ...seller, refusesEscrows: true } as const
    const free = { ...refuses, pricePerMiB: ZERO_WEI }
    expect(takersOf([seller, refuses, free], 'escrow')).to.deep.equal([seller, free])
    for (const way of ['auto', 'channel', 'transfer', 'batch'] as const)
      expect(takersOf([refuses], way)).to.deep.equal([refuses])
    expect(takersOf([], 'escrow')).to.deep.equal([])
    expect(() => takersOf([refuses], 'escrow'))
      .to.throw('No seeder')
      .with.property('code', 'ESCROWS_REFUSED')
  })

  it('says how many batches a download may need', () => {
    expect([0, 1, 4, 5, 8, 9].map((chunks) => batchesFor(chunks, 1))).to.deep.equal([0n, 1n, 1n, 2n, 2n, 3n])
    expect(batchesFor(9, 3)).to.equal(1n)
    expect(batchesFor(9, 0)).to.equal(0n)
  })
})
