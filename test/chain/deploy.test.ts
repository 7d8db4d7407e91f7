import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ChainClient } from '../../src/chain/client.ts'
import { deployPaymentChannel, findPaymentChannel } from '../../src/chain/deploy.ts'
import { readDeployment, writeDeployment } from '../../src/chain/deployments.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { startTestChain, type TestChain, temporaryFolder, wellKnownSigner } from './support/test-chain.ts'

const FACTORY = parseAddress('0x4e59b44847b379578588920ca78fbf26c0b4956c')
const SOMEWHERE = parseAddress('0x00000000000000000000000000000000000000cc')

describe('chain/deploy', () => {
  const chains: TestChain[] = []
  const queues: TransactionQueue[] = []
  const folders: string[] = []
  const log = silentLogger

  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.stop()
    for (const chain of chains.splice(0)) await chain.stop()
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
  })

  async function newChain(): Promise<TestChain> {
    const chain = await startTestChain()
    chains.push(chain)
    return chain
  }

  async function newFolder(): Promise<string> {
    const folder = await temporaryFolder()
    folders.push(folder)
    return folder
  }

  function newQueue(client: ChainClient, account: number): TransactionQueue {
    const queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client,
      signer: wellKnownSigner(account),
      clock: systemClock,
      log,
      failPoints: noFailPoints,
    })
    queues.push(queue)
    return queue
  }

  it('deploys once, records it, and sends nothing the second time', async () => {
    const { client } = await newChain()
    const folder = await newFolder()
    const queue = newQueue(client, 0)
    const first = await deployPaymentChannel({ client, queue, log }, { folder })
    const second = await deployPaymentChannel({ client, queue, log }, { folder })
    expect(second.address).to.equal(first.address)
    expect(queue.history()).to.have.length(1)
    const record = JSON.parse(await readFile(join(folder, 'chain-98767', 'chiral.json'), 'utf8'))
    expect(record).to.deep.include({ chainId: 98767, genesisHash: client.identity.genesisHash })
    expect(record.contracts.PaymentChannel).to.deep.equal(first)
  })

  it('lets a second node find the contract with nothing but the chain', async () => {
    const { client } = await newChain()
    expect(await findPaymentChannel(client, [])).to.equal(undefined)
    const { address } = await deployPaymentChannel(
      { client, queue: newQueue(client, 0), log },
      { folder: await newFolder() },
    )
    expect((await findPaymentChannel(client, [await newFolder()]))?.address).to.equal(address)
  })

  it('ends with one contract when two nodes deploy at once', async () => {
    const { client } = await newChain()
    const [one, two] = await Promise.all(
      [0, 1].map(async (account) =>
        deployPaymentChannel({ client, queue: newQueue(client, account), log }, { folder: await newFolder() }),
      ),
    )
    expect(one?.address).to.equal(two?.address)
  })

  it('deploys without the factory as well, and twice at most one contract a wallet', async () => {
    const { client } = await newChain()
    await client.request('anvil_setCode', [FACTORY, '0x'])
    const queue = newQueue(client, 0)
    const first = await deployPaymentChannel({ client, queue, log }, { folder: await newFolder() })
    expect(first.transactionHash).to.be.a('string')
    // The record was lost, the database was not.
    const second = await deployPaymentChannel({ client, queue, log }, { folder: await newFolder() })
    expect(second.address).to.equal(first.address)
    expect(queue.history()).to.have.length(1)
  })

  it('refuses a record that names another contract', async () => {
    const { client } = await newChain()
    const folder = await newFolder()
    await client.request('anvil_setCode', [SOMEWHERE, '0x6001'])
    await writeDeployment(folder, client.identity, { address: SOMEWHERE, blockNumber: 1 })
    expect(await findPaymentChannel(client, [folder]).catch(codeOf)).to.equal('CONTRACT_MISMATCH')
  })

  it('passes over the record of an earlier test chain, and refuses it where the coin is worth something', async () => {
    const folder = await newFolder()
    const genesisHash = `0x${'aa'.repeat(32)}`
    const other = `0x${'bb'.repeat(32)}`
    const contract = { address: SOMEWHERE, blockNumber: 0 }
    await writeDeployment(folder, { chainId: 98767, genesisHash }, contract)
    expect(await readDeployment(folder, { chainId: 98767, genesisHash: other })).to.equal(undefined)
    expect(await readDeployment(folder, { chainId: 98767, genesisHash })).to.deep.equal(contract)
    await writeDeployment(folder, { chainId: 98765, genesisHash }, contract)
    const network = { chainId: 98765, genesisHash: other }
    expect(await readDeployment(folder, network).catch(codeOf)).to.equal('CHAIN_MISMATCH')
    expect(await writeDeployment(folder, network, contract).catch(codeOf)).to.equal('CHAIN_MISMATCH')
  })

  it('keeps what a record says of other contracts of the same chain, and of that chain alone', async () => {
    const folder = await newFolder()
    const path = join(folder, 'chain-98767', 'chiral.json')
    const identity = { chainId: 98767, genesisHash: `0x${'aa'.repeat(32)}` }
    const contract = { address: SOMEWHERE, blockNumber: 1 }
    const escrow = { address: FACTORY, blockNumber: 2, codeHash: `0x${'cc'.repeat(32)}` }
    await mkdir(join(folder, 'chain-98767'))
    await writeFile(path, JSON.stringify({ ...identity, contracts: { PaymentChannel: contract, Escrow: escrow } }))
    expect(await readDeployment(folder, identity)).to.deep.equal(contract)

    const moved = { ...contract, blockNumber: 3 }
    await writeDeployment(folder, identity, moved)
    const read = async () => JSON.parse(await readFile(path, 'utf8')).contracts
    expect(await read()).to.deep.equal({ PaymentChannel: moved, Escrow: escrow })
    await writeDeployment(folder, { ...identity, genesisHash: `0x${'bb'.repeat(32)}` }, moved)
    expect(await read()).to.deep.equal({ PaymentChannel: moved })
  })

  it('says which record is damaged', async () => {
    const folder = await newFolder()
    await mkdir(join(folder, 'chain-98765'))
    const identity = { chainId: 98765, genesisHash: `0x${'aa'.repeat(32)}` }
    for (const text of ['', '{', '{"chainId":98765}']) {
      await writeFile(join(folder, 'chain-98765', 'chiral.json'), text)
      expect(await readDeployment(folder, identity).catch(codeOf)).to.equal('DEPLOYMENT_INVALID')
    }
  })
})
