import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { getBytes, hexlify, keccak256, Transaction, Wallet } from 'ethers'
import { escrowImmutableReferences, escrowRuntimeBytecode } from '../../src/chain/abi/escrow.ts'
import {
  paymentChannelImmutableReferences,
  paymentChannelRuntimeBytecode,
} from '../../src/chain/abi/payment-channel.ts'
import { testGenesis } from '../../src/chain/geth/genesis.ts'
import { signTransaction } from '../../src/chain/transaction-signing.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf, messageOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { systemRandom } from '../../src/system/random.ts'
import { createSigner } from '../../src/system/signer.ts'
import { fieldsOf } from '../support/json.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { Processes } from '../support/processes.ts'
import { eventually, GethLab, type LabNode, receiptOf } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

/** Nobody's chain, and the one whose records git ignores. */
const CHAIN_ID = 31337
const OTHER_CHAIN_ID = 31338
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const RECORDS = join(REPOSITORY, 'deployments', `chain-${CHAIN_ID}`)
const HARDHAT = join(REPOSITORY, 'scripts', 'hardhat.cjs')
/** Both contracts wait for five confirmations each. */
const TIMEOUT_MS = 8 * 60_000
const GWEI = 10n ** 9n
const COIN = 10n ** 18n
const SOMEBODY = parseAddress('0x00000000000000000000000000000000000000bb')
const MINER = parseAddress('0x00000000000000000000000000000000000000aa')

const BUILDS = {
  PaymentChannel: { code: paymentChannelRuntimeBytecode, references: paymentChannelImmutableReferences },
  Escrow: { code: escrowRuntimeBytecode, references: escrowImmutableReferences },
} as const

describe('geth/deploy', function () {
  this.timeout(TIMEOUT_MS)
  const processes = new Processes()
  const spaces = new NameSpaces()
  const deployer = new Wallet(hexlify(systemRandom.bytes(32)))
  let lab: GethLab
  let node: LabNode
  let written = ''

  before('[needs geth] [needs root] a geth on its own 127.0.0.1:8545', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined || !(await NameSpaces.areAllowed())) return this.skip()
    await rm(RECORDS, { recursive: true, force: true })
    // Not the Solidity tests, as `hardhat run` does: they take minutes.
    const build = [process.execPath, HARDHAT, 'build', '--no-tests', '--quiet']
    const { code, stderr } = await processes.startCommand(build, { cwd: REPOSITORY }).finished
    expect(code, stderr).to.equal(0)
    lab = await GethLab.create(program)
    await spaces.begin()
    await spaces.add('g', '10.96.0.1')
    const binary = await spaces.program('g', { folder: lab.folder, runs: await lab.withoutWork() })
    const genesis = testGenesis(systemRandom.bytes(8), { [deployer.address]: COIN })
    const genesisFile = join(lab.folder, 'funded.json')
    await writeFile(genesisFile, JSON.stringify({ ...genesis, config: { ...genesis.config, chainId: CHAIN_ID } }))
    node = await lab.start({
      name: 'node',
      binary,
      genesisFile,
      plan: { chainId: CHAIN_ID, rpcPort: 8545, mining: { etherbase: MINER, threads: 1 } },
    })
  })

  after(async () => {
    await processes.stopAll()
    await lab?.stop()
    await spaces.end()
    await rm(RECORDS, { recursive: true, force: true })
  })

  async function deploy(): Promise<Record<string, unknown>> {
    const command = [process.execPath, HARDHAT, 'run', '--no-compile', 'scripts/deploy.ts', '--network', 'geth']
    const { code, stdout, stderr } = await processes.startCommand([...spaces.inside('g'), ...command], {
      cwd: REPOSITORY,
      env: { CHIRAL_DEPLOYER_KEY: deployer.privateKey, HARDHAT_IGNITION_CONFIRM_DEPLOYMENT: 'false' },
    }).finished
    expect(code, stdout + stderr).to.equal(0)
    return fieldsOf(JSON.parse(stdout.slice(stdout.indexOf('{\n  "chainId"'))))
  }

  function nonce(): Promise<unknown> {
    return node.ipc.ask('eth_getTransactionCount', [deployer.address, 'latest'])
  }

  it('[needs root] puts this build of both contracts on the chain, for more than the base fee, and records where', async () => {
    const record = await deploy()
    expect(record).to.include({ chainId: CHAIN_ID, genesisHash: node.supervisor.genesisHash })
    for (const [name, { code: build, references }] of Object.entries(BUILDS)) {
      const { address, blockNumber, transactionHash, codeHash } = fieldsOf(fieldsOf(record['contracts'])[name])
      const code = String(await node.ipc.ask('eth_getCode', [address, 'latest']))
      expect(codeHash).to.equal(keccak256(code))
      const masked = getBytes(code)
      for (const { start, length } of references) masked.fill(0, start, start + length)
      expect(hexlify(masked)).to.equal(build)

      const receipt = fieldsOf(await node.ipc.ask('eth_getTransactionReceipt', [transactionHash]))
      expect(receipt).to.include({ status: '0x1', contractAddress: String(address).toLowerCase() })
      expect(Number(receipt['blockNumber'])).to.equal(blockNumber)
      const sent = fieldsOf(await node.ipc.ask('eth_getTransactionByHash', [transactionHash]))
      expect(sent).to.include({ type: '0x2', from: deployer.address.toLowerCase() })
      expect(Number(sent['chainId'])).to.equal(CHAIN_ID)
      const block = fieldsOf(await node.ipc.ask('eth_getBlockByHash', [receipt['blockHash'], false]))
      const baseFee = BigInt(String(block['baseFeePerGas']))
      expect(baseFee > 0n && BigInt(String(receipt['effectiveGasPrice'])) > baseFee).to.equal(true)
    }
    written = await readFile(join(RECORDS, 'chiral.json'), 'utf8')
    expect(JSON.parse(written)).to.deep.equal(record)
    expect(Number(await nonce())).to.equal(2)
  })

  it('[needs root] changes nothing the second time', async () => {
    expect(await deploy()).to.deep.equal(JSON.parse(written))
    expect(await readFile(join(RECORDS, 'chiral.json'), 'utf8')).to.equal(written)
    expect(Number(await nonce())).to.equal(2)
  })

  it('[needs root] takes transactions of this one chain, and our signer makes no others', async () => {
    const unsigned = { chainId: CHAIN_ID, nonce: 2, to: SOMEBODY, data: '0x', value: wei(1n), gasLimit: 21_000n }
    const signer = createSigner(getBytes(deployer.privateKey))
    const legacy = { ...unsigned, fees: { kind: 'legacy', gasPrice: 10n * GWEI } } as const
    for (const chainId of [0, Number.NaN])
      expect(() => signTransaction({ ...legacy, chainId }, signer, 0))
        .to.throw()
        .that.satisfies(isUnnamed)
    const everywhere = Transaction.from({ ...unsigned, chainId: 0, type: 0, gasPrice: 10n * GWEI })
    everywhere.signature = deployer.signingKey.sign(everywhere.unsignedHash)
    const elsewhere = signTransaction({ ...legacy, chainId: OTHER_CHAIN_ID }, signer, 0).raw
    const refusals = await Promise.all([everywhere.serialized, elsewhere].map((raw) => send(raw).catch(messageOf)))
    expect(refusals[0]).to.contain('only replay-protected (EIP-155) transactions allowed')
    expect(refusals[1]).to.contain('invalid sender')
    const here = await send(signTransaction(legacy, signer, 0).raw)
    await eventually('the receipt', async () => await receiptOf(node, String(here)))
  })

  function send(raw: string): Promise<unknown> {
    return node.ipc.ask('eth_sendRawTransaction', [raw])
  }

  function isUnnamed(error: unknown): boolean {
    return codeOf(error) === 'CHAIN_UNNAMED'
  }
})
