import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { config, globalOptions, network } from 'hardhat'
import type { JsonRpcServer, NetworkConnection } from 'hardhat/types/network'
import { deployContracts } from '../../scripts/deployment.ts'
import { codeOf } from '../../src/domain/errors.ts'

/** Nobody's chain: neither the network's nor one a developer may have deployed to. */
const CHAIN_ID = 31337
const deployments = join(config.paths.ignition, 'deployments')
const folder = join(deployments, `chain-${CHAIN_ID}`)

/** A chain behind HTTP, as a node is. Each has its own first block, told apart by its time. */
async function startChain(initialDate: string): Promise<{ server: JsonRpcServer; connection: NetworkConnection }> {
  const server = await network.createServer(
    { network: 'node', override: { chainId: CHAIN_ID, initialDate } },
    '127.0.0.1',
    0,
  )
  const { address, port } = await server.listen()
  const connection = await network.create({ network: 'localhost', override: { url: `http://${address}:${port}` } })
  return { server, connection }
}

async function codeOfFailure(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(() => 'no failure', codeOf)
}

function deployTests(): void {
  let chain: Awaited<ReturnType<typeof startChain>>

  beforeEach(async () => {
    await rm(folder, { recursive: true, force: true })
    chain = await startChain('2026-01-01T00:00:00Z')
  })

  afterEach(async () => {
    await chain.connection.close()
    await chain.server.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('deploys once, records it, and changes nothing the second time', async () => {
    const { ethers } = chain.connection
    const { record } = await deployContracts(chain.connection, deployments)
    const { address, transactionHash, blockNumber } = record.contracts.PaymentChannel
    const receipt = await ethers.provider.getTransactionReceipt(transactionHash)
    expect([receipt?.contractAddress, receipt?.blockNumber]).to.deep.equal([address, blockNumber])
    expect(record.genesisHash).to.equal((await ethers.provider.getBlock(0))?.hash)
    const written = await readFile(join(folder, 'chiral.json'), 'utf8')
    expect(JSON.parse(written)).to.deep.equal(record)

    const height = await ethers.provider.getBlockNumber()
    expect((await deployContracts(chain.connection, deployments)).record).to.deep.equal(record)
    expect(await ethers.provider.getBlockNumber()).to.equal(height)
    expect(await readFile(join(folder, 'chiral.json'), 'utf8')).to.equal(written)
  })

  it('refuses another chain with the same id', async () => {
    await deployContracts(chain.connection, deployments)
    const other = await startChain('2026-02-02T00:00:00Z')
    try {
      expect(await codeOfFailure(deployContracts(other.connection, deployments))).to.equal('CHAIN_MISMATCH')
      expect(await other.connection.ethers.provider.getBlockNumber()).to.equal(0)
      await rm(join(folder, 'chiral.json'))
      expect(await codeOfFailure(deployContracts(other.connection, deployments))).to.equal('CHAIN_MISMATCH')
    } finally {
      await other.connection.close()
      await other.server.close()
    }
  })

  it('records nothing for a chain that ends with the process', async () => {
    await deployContracts(chain.connection, deployments) // another chain of the same id, which is none of its business
    const written = await readFile(join(folder, 'chiral.json'), 'utf8')
    const connection = await network.create('default')
    expect((await deployContracts(connection, deployments)).recorded).to.equal(false)
    expect(await readFile(join(folder, 'chiral.json'), 'utf8')).to.equal(written)
    await connection.close()
  })
}

// Code instrumented for coverage is not the committed code, and is refused.
if (!globalOptions.coverage) describe('contracts/deploy', deployTests)
