import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { ContractFactory, keccak256 } from 'ethers'
import { config, globalOptions, network } from 'hardhat'
import type { JsonRpcServer, NetworkConnection } from 'hardhat/types/network'
import paymentChannelModule from '../../modules/payment-channel.ts'
import { deployContracts } from '../../scripts/deployment.ts'
import { escrowAbi, escrowCreationBytecode } from '../../src/chain/abi/escrow.ts'
import { paymentChannelAbi, paymentChannelCreationBytecode } from '../../src/chain/abi/payment-channel.ts'
import { codeOf } from '../../src/domain/errors.ts'

/** Nobody's chain: neither the network's nor one a developer may have deployed to. */
const CHAIN_ID = 31337
/** Of either contract: how long a party has before the other leaves alone. */
const WAIT_SECONDS = 3600
const WAIT_BLOCKS = 240
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
    expect(Object.keys(record.contracts)).to.deep.equal(['PaymentChannel', 'Escrow'])
    for (const { address, transactionHash, blockNumber, codeHash } of Object.values(record.contracts)) {
      const receipt = await ethers.provider.getTransactionReceipt(transactionHash)
      expect([receipt?.contractAddress, receipt?.blockNumber]).to.deep.equal([address, blockNumber])
      expect(codeHash).to.equal(keccak256(await ethers.provider.getCode(address)))
    }
    expect(record.genesisHash).to.equal((await ethers.provider.getBlock(0))?.hash)
    const written = await readFile(join(folder, 'chiral.json'), 'utf8')
    expect(JSON.parse(written)).to.deep.equal(record)

    const height = await ethers.provider.getBlockNumber()
    expect((await deployContracts(chain.connection, deployments)).record).to.deep.equal(record)
    expect(await ethers.provider.getBlockNumber()).to.equal(height)
    expect(await readFile(join(folder, 'chiral.json'), 'utf8')).to.equal(written)
  })

  it('adds the escrow to a chain that has the payment channel from before', async () => {
    const { ethers, ignition } = chain.connection
    const before = await ignition.deploy(paymentChannelModule, { deploymentId: `chain-${CHAIN_ID}` })
    const address = await before.paymentChannel.getAddress()
    const genesisHash = (await ethers.provider.getBlock(0))?.hash
    const earlier = { chainId: CHAIN_ID, genesisHash, contracts: { PaymentChannel: { address, blockNumber: 1 } } }
    await writeFile(join(folder, 'chiral.json'), JSON.stringify(earlier))

    const { record } = await deployContracts(chain.connection, deployments)
    expect(record.contracts.PaymentChannel).to.include({ address, blockNumber: 1 })
    expect(await ethers.provider.getCode(record.contracts.Escrow.address)).not.to.equal('0x')
    expect(await ethers.provider.getBlockNumber()).to.equal(2)
  })

  it('is what the committed code creates without a compiler, speaking the committed ABI', async () => {
    const { ethers } = chain.connection
    const { contracts } = (await deployContracts(chain.connection, deployments)).record
    const [deployer] = await ethers.getSigners()
    const builds = [
      [contracts.PaymentChannel, 'ChiralPaymentChannel', paymentChannelAbi, paymentChannelCreationBytecode],
      [contracts.Escrow, 'ChiralEscrow', escrowAbi, escrowCreationBytecode],
    ] as const
    for (const [{ address }, domainName, abi, bytecode] of builds) {
      const created = await new ContractFactory(abi, bytecode, deployer).deploy(WAIT_SECONDS, WAIT_BLOCKS)
      for (const contract of [created, created.attach(address)]) {
        const [, name, version, chainId, verifyingContract] = await contract.getFunction('eip712Domain').staticCall()
        expect([name, version, chainId, verifyingContract]).to.deep.equal([
          domainName,
          '1',
          BigInt(CHAIN_ID),
          await contract.getAddress(),
        ])
      }
    }
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
