import { expect } from 'chai'
import { toUtf8String } from 'ethers'
import { connectChain } from '../../src/chain/client.ts'
import { findEscrow } from '../../src/chain/deploy.ts'
import { escrowInterface } from '../../src/chain/escrow-interface.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { verifyReceipts } from '../../src/node/receipts.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 16n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const chunks = (count: number): Wei => wei(PRICE * BigInt(count))
const CHOICES = { payments: { confirmations: 1, redeemFeePercent: 100 } } as const

describe('integration: payment from an escrow', function () {
  this.timeout(180_000)
  let swarm: Swarm
  const sellers: LiveNode[] = []

  before(async () => {
    swarm = await startSwarm({ blockTimeSeconds: 1 })
    for (const name of ['seller-1', 'seller-2']) sellers.push(await swarm.start(name, CHOICES))
  })
  after(() => swarm.stop())

  it('buys from two sellers with one lock, and has all of the rest back', async () => {
    const buyer = await swarm.start('buyer', CHOICES)
    const { path } = await swarm.file('file', 24 * CHUNK_SIZE_BYTES)
    for (const seller of sellers) await seller.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const [share] = sellers[0]?.node.shares() ?? []
    if (share === undefined) throw new Error('nothing is shared')
    const out = swarm.path('out')
    const download = await get(buyer.node, { reference: share.fileHash, out, payBy: 'escrow', closeChannels: true })
    expect(download.phase, JSON.stringify([download.error, download.sources.map(({ error }) => error)])).to.equal(
      'done',
    )
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download.spent).to.equal(chunks(24))
    // Until its seller has redeemed, each part stands among the channels, and is not to be closed as one.
    for (const { channelId, escrow, role } of buyer.node.channels()) {
      expect([role, escrow?.fileHash]).to.deep.equal(['payer', share.fileHash])
      expect(await buyer.node.closeChannel(channelId).catch(codeOf)).to.equal('CHANNEL_OF_ESCROW')
      expect(await buyer.node.withdrawChannel(channelId).catch(codeOf)).to.equal('CHANNEL_OF_ESCROW')
    }
    // One lock for both, one refund for all that they released, and nothing that is not explained.
    const history = await buyer.node.history()
    const kinds = history.map(({ kind, note }) => (kind === 'transaction' ? note.split(' ')[0] : kind))
    expect(kinds).to.have.members(['fund', 'deploy', 'lock', 'take', 'refund'])
    const moved = history.filter(({ kind }) => kind !== 'fund').reduce((sum, { change, fee }) => sum + change + fee, 0n)
    expect(moved).to.equal(-download.spent)

    const paid = new Map(download.sources.map(({ payee, paid }) => [payee, paid]))
    for (const seller of sellers) {
      const owed = paid.get(seller.status.address)
      // With the very block of its redemption a seller may not know yet what that cost; with the next one all is explained.
      await swarm.untilBlock(async () => {
        const history = await seller.node.history()
        const earned = history.reduce((sum, { kind, change }) => sum + (kind === 'redeemed' ? change : 0n), 0n)
        return earned === owed && !history.some(({ kind }) => kind === 'other')
      })
    }
  })

  it('pays in the same way for what comes over HTTP, and its receipts say so', async () => {
    const buyer = await swarm.start('buyer over HTTP', CHOICES)
    const { path } = await swarm.file('file over HTTP', 12 * CHUNK_SIZE_BYTES)
    for (const seller of sellers) await seller.node.share({ path, pricePerMiB: PRICE_PER_MIB })
    const share = sellers[0]?.node.shares().find((shared) => shared.path === path)
    const out = swarm.path('out over HTTP')
    const reference = share?.fileHash ?? ''
    const download = await get(buyer.node, { reference, out, payBy: 'escrow', protocol: 'http', closeChannels: true })
    expect(download.phase, JSON.stringify([download.error, download.sources.map(({ error }) => error)])).to.equal(
      'done',
    )
    expect(await sha256Of(out)).to.equal(share?.sha256)
    expect(download.spent).to.equal(chunks(12))
    const used = download.sources.filter(({ chunks }) => chunks > 0)
    expect(new Set(used.map(({ protocol }) => protocol))).to.deep.equal(new Set(['http']))
    const history = await buyer.node.history()
    const moved = history.filter(({ kind }) => kind !== 'fund').reduce((sum, { change, fee }) => sum + change + fee, 0n)
    expect(moved).to.equal(-download.spent)

    const { text } = await buyer.node.exportReceipts({ format: 'csv' })
    expect(verifyReceipts(text)).to.include({ wallet: buyer.status.address, signed: download.spent, unchecked: 0 })
    const logged = (await buyer.node.receipts({})).filter(({ kind }) => kind === 'receipt')
    expect(new Set(logged.map(({ protocol }) => protocol))).to.deep.equal(new Set(['http']))

    const paid = new Map<string, bigint>()
    await swarm.untilBlock(async () => {
      paid.clear()
      for (const { protocol, amount } of await redeemedFrom(buyer.status.address))
        paid.set(protocol, (paid.get(protocol) ?? 0n) + amount)
      return [...paid.values()].reduce((sum, amount) => sum + amount, 0n) === download.spent
    })
    expect(paid).to.deep.equal(new Map([['http', download.spent]]))
  })

  /** What the contract paid of this buyer's receipts, and what these say that the chunks came by. */
  async function redeemedFrom(payer: Address): Promise<{ protocol: string; amount: bigint }[]> {
    const client = await connectChain({ rpcUrl: swarm.chain.rpcUrl, clock: systemClock, log: silentLogger })
    try {
      const { address } = (await findEscrow(client, [])) ?? {}
      if (address === undefined) throw new Error('nobody put the Escrow there')
      const { number: toBlock } = await client.head()
      const { topicHash } = escrowInterface.getEvent('Paid')
      const logs = await client.logs({ address, fromBlock: 0, toBlock, topics: [topicHash] })
      return logs.flatMap(({ topics, data }) => {
        const { args } = escrowInterface.parseLog({ topics: [...topics], data }) ?? {}
        if (args === undefined || args.getValue('payer') !== payer) return []
        const protocol = toUtf8String(String(args.getValue('protocol'))).replaceAll('\0', '')
        return [{ protocol, amount: BigInt(args.getValue('amount')) }]
      })
    } finally {
      client.close()
    }
  }
})
