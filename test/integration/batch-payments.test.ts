import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { Address } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import type { HistoryEntry, ShareView } from '../../src/node/types.ts'
import { get, type LiveNode, type Swarm, sha256Of, shareNew, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const chunks = (count: number): Wei => wei(PRICE * BigInt(count))
const ANY = { downloads: { protocol: undefined, stallMs: 30_000 } } as const
/** Code of an account that refuses coin, and of one that burns all gas it is given. */
const REFUSING = '0x60006000fd'
const GAS_EATING = '0xfe'

describe('integration: seeders paid afterwards, in one transaction', function () {
  this.timeout(180_000)
  let swarm: Swarm
  const seeders: LiveNode[] = []
  let files = 0

  before(async () => {
    swarm = await startSwarm({ blockTimeSeconds: 1 })
    for (const name of ['a', 'b', 'c']) seeders.push(await swarm.start(name, { payments: { confirmations: 1 } }))
  })
  after(() => swarm.stop())

  const shared = (count: number, by: readonly LiveNode[] = seeders): Promise<ShareView> => {
    const file = { name: `file-${++files}`, sizeBytes: count * CHUNK_SIZE_BYTES, pricePerMiB: PRICE_PER_MIB }
    return shareNew(swarm, by, file)
  }
  const batches = (entries: readonly HistoryEntry[]): readonly HistoryEntry[] =>
    entries.filter(({ kind, note }) => kind === 'transaction' && note.includes('at once'))
  const receivedBy = async ({ node }: LiveNode, payer: LiveNode): Promise<bigint> =>
    (await node.history())
      .filter(({ kind, peer }) => kind === 'transfer' && peer === payer.status.address)
      .reduce((sum, { change }) => sum + change, 0n)
  async function setCode(account: Address, code: string): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_setCode', params: [account, code] })
    await fetch(swarm.chain.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }

  it('pays three of them to the wei with one transaction, and opens no channel', async () => {
    const share = await shared(9)
    const leecher = await swarm.start('leecher', ANY)
    const out = swarm.path('three.out')
    const request = { reference: share.fileHash, out, payBy: 'auto', closeChannels: true } as const
    const plan = await leecher.node.plan(request)
    expect(plan).to.include({ payBy: 'batch', deposit: 0n, maxLoss: 0n })
    const download = await get(leecher.node, request)
    expect(download.phase, JSON.stringify([download.error, download.sources.map(({ error }) => error)])).to.equal(
      'done',
    )
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download).to.include({ payBy: 'batch', spent: chunks(9) })
    expect(download.gasSpent <= plan.gas).to.equal(true)
    expect(leecher.node.channels()).to.deep.equal([])
    const entries = await leecher.node.history()
    expect(batches(entries)).to.have.length(1)
    expect(entries.filter(({ kind }) => kind === 'other')).to.deep.equal([])
    let received = 0n
    for (const [index, seeder] of seeders.entries()) {
      const paid = download.sources.find(({ payee }) => payee === seeder.status.address)?.paid ?? 0n
      expect(await receivedBy(seeder, leecher), `seeder ${index}`).to.equal(paid)
      received += paid
    }
    expect(received).to.equal(chunks(9))
  })

  it('writes each payment down on both sides, as one of the same kind as a coin transfer, in a log that verifies', async () => {
    const share = await shared(3)
    const leecher = await swarm.start('log-keeper', ANY)
    const download = await get(leecher.node, {
      reference: share.fileHash,
      out: swarm.path('log.out'),
      payBy: 'batch',
    })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    const entries = await leecher.node.receipts({})
    const paid = download.sources.filter((source) => source.paid > 0n)
    const payments = entries.filter(({ kind }) => kind === 'transferred')
    expect(
      payments.map(({ kind, role, peer, amount, files }) => ({ kind, role, peer, amount, files })),
    ).to.have.deep.members(
      paid.map((source) => ({
        kind: 'transferred',
        role: 'payer',
        peer: source.payee,
        amount: source.paid,
        files: [{ fileHash: share.fileHash, amount: source.paid }],
      })),
    )
    expect(new Set(payments.map(({ transactionHash }) => transactionHash)).size).to.equal(1)
    const quoted = entries.filter(({ kind }) => kind === 'quoted').map(({ peer }) => peer)
    expect(quoted, 'what they signed to sell at').to.have.members(paid.map(({ payee }) => payee))
    for (const format of ['csv', 'json'] as const) {
      const { text } = await leecher.node.exportReceipts({ format })
      expect(verifyReceipts(text)).to.include({ entries: 2 * paid.length, signed: chunks(3), deposited: 0n })
    }
    for (const seeder of seeders) {
      const own = (await seeder.node.receipts({})).filter(({ peer }) => peer === leecher.status.address)
      const source = paid.find(({ payee }) => payee === seeder.status.address)
      expect(own.map(({ kind, role, amount }) => [kind, role, amount])).to.deep.equal(
        source === undefined ? [] : [['transferred', 'payee', source.paid]],
      )
      const { text } = await seeder.node.exportReceipts({ format: 'json' })
      expect(verifyReceipts(text).earned).to.satisfy((earned: bigint) => earned >= (source?.paid ?? 0n))
    }
  })

  it('takes channels for more than the seeders give on credit, when it is left to the amount', async () => {
    const share = await shared(13)
    const leecher = await swarm.start('auto', ANY)
    const out = swarm.path('auto.out')
    const plan = await leecher.node.plan({ reference: share.fileHash, out, payBy: 'auto', closeChannels: true })
    expect(plan.payBy).to.equal('channel')
  })

  it('goes on with a seeder whose credit is used up, as soon as what it gave is paid for', async () => {
    const [seeder] = seeders
    if (seeder === undefined) throw new Error('there is no seeder')
    const share = await shared(9, [seeder])
    const leecher = await swarm.start('in-rounds', ANY)
    const out = swarm.path('rounds.out')
    const download = await get(leecher.node, { reference: share.fileHash, out, payBy: 'batch' })
    expect(download.phase, JSON.stringify([download.error, download.sources.map(({ error }) => error)])).to.equal(
      'done',
    )
    expect(download.spent).to.equal(chunks(9))
    expect(batches(await leecher.node.history())).to.have.length.within(2, 4)
    expect(await receivedBy(seeder, leecher)).to.equal(chunks(9))
  })

  it('pays the others where one refuses its coin and one burns its gas, and says who was not paid', async () => {
    const [honest, ...others] = seeders
    if (honest === undefined) throw new Error('there is no seeder')
    const codes = [REFUSING, GAS_EATING]
    const share = await shared(9)
    const leecher = await swarm.start('passed-over', ANY)
    const told: string[] = []
    leecher.node.subscribe((event) => {
      if (event.kind === 'notice') told.push(event.message)
    })
    for (const [index, { status }] of others.entries()) await setCode(status.address, codes[index] ?? REFUSING)
    try {
      const out = swarm.path('passed-over.out')
      const download = await get(leecher.node, { reference: share.fileHash, out, payBy: 'batch' })
      expect(download.phase, JSON.stringify(download.error)).to.equal('done')
      const by = (node: LiveNode) => download.sources.find(({ payee }) => payee === node.status.address)
      expect(by(honest)?.paid).to.equal(by(honest)?.verified)
      for (const other of others) {
        expect(by(other)?.paid).to.equal(0n)
        const isTold = told.some((message) => message.includes(other.status.address))
        expect(isTold).to.equal((by(other)?.chunks ?? 0) > 0)
      }
      expect(await receivedBy(honest, leecher)).to.equal(by(honest)?.verified)
      const entries = await leecher.node.history()
      expect(entries.filter(({ kind }) => kind === 'other')).to.deep.equal([])
      expect(entries.some(({ kind }) => kind === 'returned')).to.equal(true)
    } finally {
      for (const { status } of others) await setCode(status.address, '0x')
    }
  })
})
