import { expect } from 'chai'
import { connectChain } from '../../src/chain/client.ts'
import { deployPaymentChannel } from '../../src/chain/deploy.ts'
import { createTransactionQueue } from '../../src/chain/transaction-queue.ts'
import { parseCoins, type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import { filePrice } from '../../src/domain/price.ts'
import { startNode } from '../../src/node/node.ts'
import type { ChiralNode, NodeStatus, ShareView } from '../../src/node/types.ts'
import { createWallet } from '../../src/node/wallet.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { wellKnownSigner } from '../chain/support/test-chain.ts'
import { getBatch } from '../support/batches.ts'
import { get, type Swarm, sha256Of, shareNew, startSwarm } from '../support/live-swarm.ts'

/** Its coin is worth something (chains.json), so that no node deploys a contract there. */
const CHAIN_OF_WORTH = 98766
const PRICE_PER_MIB = wei(10n ** 15n)
/** From so many on one lock is less gas than a channel to each. */
const SELLERS = 10
const PASSWORD = 'of a test'

describe('integration: a chain without an Escrow', function () {
  this.timeout(300_000)
  let swarm: Swarm
  let contract: Address
  let buyer: ChiralNode
  const sellers: { readonly node: ChiralNode; readonly status: NodeStatus }[] = []
  let files = 0

  before(async () => {
    swarm = await startSwarm({ blockTimeSeconds: 1 })
    await request('anvil_setChainId', [CHAIN_OF_WORTH])
    contract = await deployed()
    for (let index = 0; index < SELLERS; index++) {
      const node = await started(`seller-${index}`)
      sellers.push({ node, status: await node.status() })
    }
    buyer = await started('buyer')
  })
  after(() => swarm.stop())

  async function request(method: string, params: readonly unknown[]): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const answer: unknown = await (await fetch(swarm.chain.rpcUrl, { method: 'POST', headers, body })).json()
    expect(answer, method).to.not.have.property('error')
  }

  /** The contract of channels, and no other. */
  async function deployed(): Promise<Address> {
    const shared = { clock: systemClock, log: silentLogger, failPoints: noFailPoints }
    const database = openDatabase(':memory:')
    const client = await connectChain({ ...shared, rpcUrl: swarm.chain.rpcUrl })
    const queue = createTransactionQueue({ ...shared, database, client, signer: wellKnownSigner(0) })
    await queue.start()
    const { address } = await deployPaymentChannel({ ...shared, client, queue }, { folder: swarm.path('deployer') })
    await queue.stop()
    client.close()
    await database.close()
    return address
  }

  async function started(name: string): Promise<ChiralNode> {
    const choices = {
      payments: { confirmations: 1 },
      downloads: { protocol: undefined, maxSources: SELLERS, stallMs: 30_000 },
    }
    const config = swarm.config(name, choices)
    const { address } = await createWallet({ dataDirectory: config.dataDirectory, password: PASSWORD })
    await request('anvil_setBalance', [address, `0x${parseCoins('100').toString(16)}`])
    const bootstrap = sellers.slice(0, 1).flatMap(({ status }) => status.addresses)
    const node = await startNode({
      ...config,
      chain: { ...config.chain, contract },
      network: { ...config.network, bootstrap },
      walletPassword: PASSWORD,
    })
    swarm.defer(() => node.stop())
    return node
  }

  const shared = (chunks: number, by = sellers): Promise<ShareView> => {
    const file = { name: `file-${++files}`, sizeBytes: chunks * CHUNK_SIZE_BYTES - 1, pricePerMiB: PRICE_PER_MIB }
    return shareNew(swarm, by, file)
  }

  const priceOf = (shares: readonly ShareView[]): Wei =>
    wei(shares.reduce((sum, { sizeBytes }) => sum + filePrice(PRICE_PER_MIB, sizeBytes), 0n))

  it('auto pays by channels what a batch of payments would have paid, and the plan says so', async () => {
    const share = await shared(3, sellers.slice(0, 1))
    const wanted = {
      reference: share.fileHash,
      out: swarm.path('little'),
      payBy: 'auto',
      closeChannels: false,
    } as const
    const plan = await buyer.plan(wanted)
    expect(plan).to.include({ payBy: 'channel' })
    expect(plan.deposit > 0n && plan.gas > 0n).to.equal(true)
    const download = await get(buyer, wanted)
    expect(download, JSON.stringify(download.error)).to.include({ phase: 'done', payBy: 'channel' })
    expect(download.spent).to.equal(priceOf([share]))
    expect(download.gasSpent <= plan.gas).to.equal(true)
    expect(await sha256Of(wanted.out)).to.equal(share.sha256)
  })

  it('auto opens channels to so many sellers that it would have locked for them, of one file and of several', async () => {
    const [one, other] = [await shared(60), await shared(SELLERS)]
    const single = { reference: one.fileHash, out: swarm.path('single'), payBy: 'auto', closeChannels: true } as const
    const seen = await buyer.plan(single)
    expect(seen).to.include({ payBy: 'channel' })
    expect(seen.seeders).to.have.lengthOf(SELLERS)

    const several = {
      items: [one, other].map(({ fileHash }) => ({ reference: fileHash })),
      out: swarm.path('several'),
      payBy: 'auto',
      closeChannels: true,
    } as const
    const plan = await buyer.batches.plan(several, new AbortController().signal)
    expect(plan).to.include({ payBy: 'channel', filesFailed: 0, totalPrice: priceOf([one, other]) })
    expect(plan.seeders).to.have.lengthOf(SELLERS)
    const batch = await getBatch(buyer, several)
    expect(batch, JSON.stringify([batch.error, batch.failures])).to.include({ phase: 'done', payBy: 'channel' })
    expect(batch.spent).to.equal(plan.totalPrice)
  })

  it('fails what its user named with one sentence, before anything is bought, and the plan as well', async () => {
    const share = await shared(2)
    const balance = await buyer.balance()
    const { signal } = new AbortController()
    for (const payBy of ['escrow', 'batch'] as const) {
      const wanted = { reference: share.fileHash, out: swarm.path(`named-${payBy}`), payBy, closeChannels: true }
      expect(await buyer.plan(wanted).then(() => 'planned', codeOf), payBy).to.equal('CONTRACT_UNKNOWN')
      expect(await buyer.download(wanted).then(() => 'started', codeOf), payBy).to.equal('CONTRACT_UNKNOWN')
    }
    const items = [{ reference: share.fileHash }]
    const batch = { items, out: swarm.path('named'), payBy: 'escrow', closeChannels: true } as const
    expect(await buyer.batches.plan(batch, signal).then(() => 'planned', codeOf)).to.equal('CONTRACT_UNKNOWN')
    expect(await buyer.batches.start(batch).then(() => 'started', codeOf)).to.equal('CONTRACT_UNKNOWN')
    expect(await buyer.balance()).to.equal(balance)
  })
})
