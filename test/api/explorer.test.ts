import { expect } from 'chai'
import { deployPaymentChannel } from '../../src/chain/deploy.ts'
import { MAX_LISTED_BLOCKS } from '../../src/chain/explorer.ts'
import { createPaymentChannelContract, type PaymentChannelContract } from '../../src/chain/payment-channel-contract.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import { wei } from '../../src/domain/amount.ts'
import { createExplorer } from '../../src/node/explorer.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { mine, startTestChain, type TestChain, wellKnownSigner } from '../chain/support/test-chain.ts'
import { errorCode, type RawResponse, startTestApi, type TestApi } from './support.ts'

const ROOT = '/v1/explorer'

describe('api/explorer', () => {
  const payer = wellKnownSigner(0)
  const payee = wellKnownSigner(1)
  let chain: TestChain
  let api: TestApi
  let queue: TransactionQueue
  let contract: PaymentChannelContract

  const get = (path: string): Promise<RawResponse> => api.raw({ path: `${ROOT}/${path}` })
  const json = async (path: string): Promise<ReturnType<typeof JSON.parse>> => {
    const { status, text } = await get(path)
    expect(status, text).to.equal(200)
    return JSON.parse(text)
  }

  before(async function () {
    this.timeout(60_000)
    chain = await startTestChain()
    api = await startTestApi()
    const { client } = chain
    queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client,
      signer: payer,
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
    })
    const deployed = await deployPaymentChannel({ client, queue, log: silentLogger }, { folder: chain.directory })
    const { address, blockNumber } = deployed
    contract = createPaymentChannelContract({ client, queue }, { address, deployedAt: blockNumber })
    api.node.explorer = createExplorer({ client, contract, contractBlock: blockNumber })
  })

  after(async () => {
    await queue.stop()
    await api.server.stop()
    await chain.stop()
  })

  it('shows a block by number and by hash, as the node has it', async () => {
    const block = await json('blocks/0')
    expect(block).to.deep.include({ number: 0, hash: chain.client.identity.genesisHash, transactionCount: 0 })
    expect(await json(`blocks/${block.hash}`)).to.deep.equal(block)
  })

  it('lists the newest blocks, and not more than a page', async () => {
    await mine(chain.client, 40)
    const blocks: { number: number; parentHash: string; hash: string }[] = await json('blocks')
    expect(blocks).to.have.length(MAX_LISTED_BLOCKS)
    expect(blocks[0]?.number).to.equal((await chain.client.head()).number)
    for (const [index, block] of blocks.slice(0, -1).entries())
      expect(block.parentHash).to.equal(blocks[index + 1]?.hash)
  })

  it('follows a channel from its opening to the asked close, and shows its transaction', async () => {
    const opening = await contract.open({ payee: payee.address, salt: 1n, deposit: wei(5_000n), key: 'open' })
    await opening.wait(0)
    const transactionHash = opening.hash
    const [channel] = await json('channels')
    expect(channel).to.deep.include({
      payer: payer.address,
      payee: payee.address,
      phase: 'open',
      deposit: '5000',
      settled: '0',
    })
    const transaction = await json(`transactions/${transactionHash}`)
    expect(transaction).to.deep.include({ phase: 'success', from: payer.address, to: contract.address, value: '5000' })
    expect(BigInt(transaction.fee) > 0n).to.equal(true)
    const { transactions } = await json(`blocks/${transaction.blockNumber}`)
    expect(transactions).to.deep.equal([transactionHash])
    const closing = await contract.requestClose({ payee: payee.address, salt: 1n, key: 'close' })
    await closing.wait(0)
    expect((await json('channels'))[0].phase).to.equal('closing')
  })

  it('tells people from contracts', async () => {
    expect(await json(`accounts/${contract.address}`)).to.deep.include({ balance: '5000', isContract: true })
    const { isContract, transactionCount } = await json(`accounts/${payer.address}`)
    expect([isContract, transactionCount >= 2]).to.deep.equal([false, true])
  })

  it('says what it does not know, and refuses what is no id', async () => {
    const nowhere = `0x${'00'.repeat(32)}`
    for (const path of ['blocks/999999', `blocks/${nowhere}`, `transactions/${nowhere}`]) {
      const answer = await get(path)
      expect([answer.status, errorCode(answer)], path).to.deep.equal([404, 'CHAIN_ITEM_UNKNOWN'])
    }
    for (const path of ['blocks/latest', 'blocks/-1', 'blocks/01', 'transactions/0x12', 'accounts/0x12', 'blocks/1e3'])
      expect((await get(path)).status, path).to.equal(400)
  })

  it('needs the token as everything else, and is told of in the description', async () => {
    expect((await api.raw({ path: `${ROOT}/blocks`, token: null })).status).to.equal(401)
    const { text } = await api.raw({ path: '/v1/openapi.json' })
    const paths = Object.keys(JSON.parse(text).paths).filter((path) => path.startsWith(ROOT))
    expect(paths).to.have.length(5)
  })
})
