import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'
import type { BatchRequest } from '../../src/node/batch-types.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import type { ShareView } from '../../src/node/types.ts'
import { bundleOf } from '../../src/settlement/bundle.ts'
import { getBatch, readTree, untilBatch } from '../support/batches.ts'
import { get, type LiveNode, type Swarm, sha256Of, shareNew, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 16n)
const CHOICES = { payments: { confirmations: 1, redeemFeePercent: 100 } } as const
/** A busy machine must not look like a stalled seeder: the loser of a hedge may keep what was paid ahead for the chunk. */
const UNHURRIED = { ...CHOICES, downloads: { stallMs: 30_000 } } as const

describe('integration: batches from an escrow, and seeders that take none', function () {
  this.timeout(240_000)
  let swarm: Swarm
  let takers: readonly LiveNode[]
  let refuser: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm({ blockTimeSeconds: 1 })
    takers = [await swarm.start('taker-1', CHOICES), await swarm.start('taker-2', CHOICES)]
    refuser = await swarm.start('refuser', { payments: { ...CHOICES.payments, acceptEscrows: false } })
  })
  after(() => swarm.stop())

  const shared = (chunks: number, by: readonly LiveNode[]): Promise<ShareView> => {
    const file = { name: `file-${++count}`, sizeBytes: chunks * CHUNK_SIZE_BYTES - 1, pricePerMiB: PRICE_PER_MIB }
    return shareNew(swarm, by, file)
  }

  const priceOf = (shares: readonly ShareView[]): Wei =>
    wei(shares.reduce((sum, { sizeBytes }) => sum + filePrice(PRICE_PER_MIB, sizeBytes), 0n))
  const requestOf = (shares: readonly ShareView[], out: string): BatchRequest => ({
    items: shares.map(({ fileHash }) => ({ reference: fileHash })),
    out: swarm.path(out),
    payBy: 'escrow',
    closeChannels: true,
  })

  /** What left the wallet beside gas, and the kinds of its transactions. */
  async function spendingOf({ node }: LiveNode): Promise<{ kinds: string[]; spent: bigint }> {
    const history = (await node.history()).filter(({ kind }) => kind !== 'fund')
    return {
      kinds: history.map(({ kind, note }) => (kind === 'transaction' ? (note.split(' ')[0] ?? '') : kind)),
      spent: -history.reduce((sum, { change, fee }) => sum + change + fee, 0n),
    }
  }

  /** What a seller had from escrows in all, once it has redeemed as much. */
  async function untilEarned({ node }: LiveNode, owed: bigint): Promise<void> {
    await swarm.untilBlock(async () => {
      const history = await node.history()
      const earned = history.reduce((sum, { kind, change }) => sum + (kind === 'redeemed' ? change : 0n), 0n)
      expect(earned <= owed, `it was paid ${earned} for ${owed}`).to.equal(true)
      return earned === owed
    })
  }

  const owed = new Map<string, bigint>()
  const note = (sources: readonly { payee: string; paid: bigint }[]): void => {
    for (const { payee, paid } of sources) owed.set(payee, (owed.get(payee) ?? 0n) + paid)
  }

  for (const protocol of ['bitswap', 'webrpc'] as const)
    it(`buys several files with one lock, each seller paid to the wei, over ${protocol}`, async () => {
      const buyer = await swarm.start(`buyer-${protocol}`, UNHURRIED)
      const files = [
        await shared(9, takers),
        await shared(7, [...takers, refuser]),
        await shared(1, takers.slice(0, 1)),
      ]
      const request = { ...requestOf(files, `out-${protocol}`), protocol }
      const plan = await buyer.node.batches.plan(request, new AbortController().signal)
      expect(plan).to.include({ payBy: 'escrow', totalPrice: priceOf(files), filesFailed: 0 })
      expect(plan.seeders.map(({ payee }) => payee)).to.have.members(takers.map(({ status }) => status.address))
      expect(plan.deposit >= plan.totalPrice && plan.gas > 0n).to.equal(true)

      const batch = await getBatch(buyer.node, request)
      expect(batch, JSON.stringify(batch.failures)).to.include({
        phase: 'done',
        payBy: 'escrow',
        spent: priceOf(files),
      })
      expect(new Set((await readTree(request.out)).values())).to.deep.equal(new Set(files.map(({ sha256 }) => sha256)))
      expect(batch.sources.map(({ payee }) => payee)).to.not.include(refuser.status.address)
      expect(batch.gasSpent <= plan.gas).to.equal(true)
      const { kinds, spent } = await spendingOf(buyer)
      expect(kinds.filter((kind) => kind !== 'deploy')).to.have.members(['lock', 'take', 'refund'])
      expect(spent).to.equal(batch.spent)
      for (const { escrow } of buyer.node.channels())
        expect(escrow?.fileHash).to.equal(bundleOf(files.map(({ fileHash }) => fileHash)))

      const { text } = await buyer.node.exportReceipts({ format: 'csv' })
      expect(verifyReceipts(text)).to.include({ wallet: buyer.status.address, signed: batch.spent, unchecked: 0 })
      note(batch.sources)
      for (const seller of takers) await untilEarned(seller, owed.get(seller.status.address) ?? 0n)
    })

  it('gets what there is to be had from an escrow, and says of the rest that its sellers take none', async () => {
    const buyer = await swarm.start('buyer of some', UNHURRIED)
    const files = [await shared(3, takers.slice(0, 1)), await shared(3, [refuser])]
    const request = requestOf(files, 'some')
    const plan = await buyer.node.batches.plan(request, new AbortController().signal)
    expect(plan.failures.map(({ code }) => code)).to.deep.equal(['ESCROWS_REFUSED'])
    expect(plan.totalPrice).to.equal(priceOf(files.slice(0, 1)))
    const batch = await getBatch(buyer.node, request)
    expect(batch).to.include({ phase: 'failed', filesDone: 1, filesFailed: 1, spent: plan.totalPrice })
    expect(batch.failures.map(({ code }) => code)).to.deep.equal(['ESCROWS_REFUSED'])
    expect((await spendingOf(buyer)).spent).to.equal(batch.spent)
    note(batch.sources)

    const rest = await getBatch(buyer.node, { ...request, payBy: 'channel' })
    expect(rest, JSON.stringify(rest.failures)).to.include({ phase: 'done', payBy: 'channel', spent: priceOf(files) })
    expect(await swarm.received(refuser.status.address)).to.equal(priceOf(files.slice(1)))
  })

  it('locks nothing where nobody takes it', async () => {
    const buyer = await swarm.start('buyer of nothing', UNHURRIED)
    const request = requestOf([await shared(2, [refuser])], 'nothing')
    const balance = await buyer.node.balance()
    const signal = new AbortController().signal
    expect(await buyer.node.batches.plan(request, signal).then(() => 'planned', codeOf)).to.equal('ESCROWS_REFUSED')
    expect(await buyer.node.batches.start(request).then(() => 'started', codeOf)).to.equal('ESCROWS_REFUSED')
    expect(await buyer.node.balance()).to.equal(balance)
  })

  it('buys one file from the seller that takes an escrow, and leaves the one that does not alone', async () => {
    const buyer = await swarm.start('buyer of one', UNHURRIED)
    const share = await shared(6, [...takers.slice(0, 1), refuser])
    const before = await swarm.received(refuser.status.address)
    const out = swarm.path('one')
    const plan = await buyer.node.plan({ reference: share.fileHash, out, payBy: 'escrow', closeChannels: true })
    expect(plan.payBy).to.equal('escrow')
    const download = await get(buyer.node, { reference: share.fileHash, out, payBy: 'escrow' })
    expect(download, JSON.stringify(download.error)).to.include({ phase: 'done', spent: priceOf([share]) })
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download.sources.map(({ payee }) => payee)).to.deep.equal([takers[0]?.status.address])
    expect((await spendingOf(buyer)).spent).to.equal(download.spent)
    expect(await swarm.received(refuser.status.address)).to.equal(before)
    note(download.sources)
  })

  it('goes on after a pause from the same lock, and pays nothing twice', async () => {
    const buyer = await swarm.start('buyer that pauses', UNHURRIED)
    const files = [await shared(20, takers), await shared(20, takers)]
    const request = { ...requestOf(files, 'paused'), maxRate: 4 << 20 }
    const { batchId } = await buyer.node.batches.start(request)
    await untilBatch(buyer.node, batchId, ({ verifiedBytes }) => verifiedBytes > 2 * CHUNK_SIZE_BYTES)
    await buyer.node.batches.pause(batchId)
    expect(buyer.node.batches.get(batchId).filesDone).to.be.lessThan(2)
    const batch = await getBatch(buyer.node, request)
    expect(batch, JSON.stringify(batch.failures)).to.include({ phase: 'done', spent: priceOf(files) })
    const { kinds, spent } = await spendingOf(buyer)
    expect(kinds.filter((kind) => kind === 'lock')).to.have.lengthOf(1)
    expect(spent).to.equal(batch.spent)
    note(batch.sources)
    for (const seller of takers) await untilEarned(seller, owed.get(seller.status.address) ?? 0n)
  })

  it('refuses a budget that does not cover what the lock costs', async () => {
    const buyer = await swarm.start('poor buyer', UNHURRIED)
    const request = requestOf([await shared(2, takers)], 'poor')
    const maxTotal = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
    expect(await buyer.node.batches.start({ ...request, maxTotal }).then(() => 'started', codeOf)).to.equal(
      'BUDGET_EXCEEDED',
    )
  })
})
