import { expect } from 'chai'
import { MAX_ESCROW_SEEDERS } from '../../src/channel/escrow/allocation.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress, peerIdText } from '../../src/domain/ids.ts'
import type { PayByChoice } from '../../src/domain/pay-by.ts'
import type { BatchFile } from '../../src/node/download/batch-files.ts'
import {
  batchGas,
  choiceOfBatch,
  refusedFiles,
  requireRoom,
  takersOfFiles,
  wayOfBatch,
  whyNobodySells,
} from '../../src/node/download/batch-way.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'

function seller(number: number, more: Partial<SourceTerms> = {}): SourceTerms {
  return {
    peerId: peerIdText(`peer ${number}`),
    addresses: [],
    payee: parseAddress(`0x${number.toString(16).padStart(40, '0')}`),
    pricePerMiB: wei(7n),
    minDeposit: wei(0n),
    confirmations: 1,
    protocols: [],
    inBand: ['bitswap'],
    publicly: {},
    chunksHeld: undefined,
    ...more,
  }
}
const sellers = (count: number): SourceTerms[] => Array.from({ length: count }, (_, index) => seller(index + 1))
const noChannel = { hasChannel: (): boolean => false, hasEscrow: true }
const channelToFirst = { ...noChannel, hasChannel: ({ payee }: SourceTerms): boolean => payee === seller(1).payee }
const refuser = seller(99, { refusesEscrows: true })

/** A file as far as these functions look at it. */
function fileOf(path: string, seeders: readonly SourceTerms[]) {
  const file = { manifest: {}, seeders } as unknown as NonNullable<BatchFile['file']> // the rest is not read
  const of = { path, file } as unknown as BatchFile // the same
  return { of, sizeBytes: 1, have: new Bitfield(1), seeders }
}

describe('node/download/batch-way', () => {
  it('does what is asked, then what is configured for several files, and else takes channels', () => {
    const cases: [asked: PayByChoice | undefined, configured: PayByChoice | undefined, way: string][] = [
      ['escrow', 'channel', 'escrow'],
      ['channel', 'escrow', 'channel'],
      [undefined, 'escrow', 'escrow'],
      [undefined, 'auto', 'auto'],
      [undefined, 'batch', 'channel'],
      [undefined, 'transfer', 'channel'],
      [undefined, undefined, 'channel'],
    ]
    for (const [asked, configured, way] of cases) expect(choiceOfBatch(asked, configured)).to.equal(way)
  })

  it('locks by itself from so many sellers on that one lock is less gas than a channel to each', () => {
    for (const [count, way] of [
      [1, 'channel'],
      [9, 'channel'],
      [10, 'escrow'],
      [MAX_ESCROW_SEEDERS, 'escrow'],
      [MAX_ESCROW_SEEDERS + 1, 'channel'],
    ] as const)
      expect(wayOfBatch('auto', [sellers(count)], noChannel), `${count} sellers`).to.equal(way)
    expect(wayOfBatch('channel', [sellers(20)], noChannel)).to.equal('channel')
    expect(wayOfBatch('escrow', [sellers(1)], noChannel)).to.equal('escrow')
  })

  it('counts a seller of several files once, those that cost nothing not, and what a channel that is open saves', () => {
    expect(wayOfBatch('auto', [sellers(9), sellers(9)], noChannel)).to.equal('channel')
    expect(wayOfBatch('auto', [sellers(9), [seller(10)]], noChannel)).to.equal('escrow')
    expect(wayOfBatch('auto', [sellers(9), [seller(10, { pricePerMiB: wei(0n) })]], noChannel)).to.equal('channel')
    expect(wayOfBatch('auto', [sellers(10)], channelToFirst)).to.equal('channel')
    expect(wayOfBatch('auto', [sellers(20)], channelToFirst)).to.equal('escrow')
  })

  it('never locks by itself where one of the sellers takes none', () => {
    expect(wayOfBatch('auto', [[...sellers(20), refuser]], noChannel)).to.equal('channel')
  })

  it('opens channels where there is no Escrow to lock in, and does what is named all the same', () => {
    const noEscrow = { ...noChannel, hasEscrow: false }
    expect(wayOfBatch('auto', [sellers(10)], noEscrow)).to.equal('channel')
    expect(wayOfBatch('escrow', [sellers(10)], noEscrow)).to.equal('escrow')
  })

  it('leaves each file those that take a lock, and says of which files nobody does', () => {
    const [both, none] = [fileOf('both', [seller(1), refuser]), fileOf('none', [refuser])]
    const left = takersOfFiles([both, none], 'escrow')
    expect(left.map(({ seeders }) => seeders)).to.deep.equal([[seller(1)], []])
    expect(refusedFiles(left).map(([{ path }, error]) => [path, codeOf(error)])).to.deep.equal([
      ['none', 'ESCROWS_REFUSED'],
    ])
    expect(takersOfFiles([both, none], 'channel').map(({ seeders }) => seeders)).to.deep.equal([
      [seller(1), refuser],
      [refuser],
    ])
    expect(() => takersOfFiles([none, none], 'escrow'))
      .to.throw('No seeder of none')
      .with.property('code', 'ESCROWS_REFUSED')
    expect(takersOfFiles([], 'escrow')).to.deep.equal([])
  })

  it('says why a file has no seller left', () => {
    const { of } = fileOf('none', [refuser])
    expect(whyNobodySells(of, { payBy: 'escrow' }).code).to.equal('ESCROWS_REFUSED')
    expect(whyNobodySells(of, { payBy: 'channel' }).code).to.equal('PRICE_TOO_HIGH')
    expect(whyNobodySells(fileOf('dear', [seller(1)]).of, { payBy: 'escrow' }).code).to.equal('PRICE_TOO_HIGH')
  })

  it('refuses more sellers than one escrow holds, before anything is locked', () => {
    requireRoom('escrow', MAX_ESCROW_SEEDERS)
    requireRoom('channel', MAX_ESCROW_SEEDERS + 1)
    expect(() => requireRoom('escrow', MAX_ESCROW_SEEDERS + 1))
      .to.throw('49 seeders')
      .with.property('code', 'ESCROW_FULL')
  })

  it('counts gas by the channel, and of a lock by what each seller adds', async () => {
    const ceiling = async (payBy: string, payees = 1) => wei(payBy === 'channel' ? 10n : 100n + 7n * BigInt(payees))
    const [channels, lock] = [await batchGas('channel', ceiling), await batchGas('escrow', ceiling)]
    expect([0, 1, 3].map(channels)).to.deep.equal([0n, 20n, 60n])
    expect([0, 1, 2, 48].map(lock)).to.deep.equal([0n, 107n, 114n, 436n])
  })
})
