import { expect } from 'chai'
import { BLOCK_GAS_LIMIT } from '../../src/chain/geth/geth-arguments.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import {
  agreement,
  blockOf,
  eventually,
  GethLab,
  type LabNode,
  mine,
  receiptOf,
  sendCoins,
} from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const SOMEBODY = parseAddress('0x00000000000000000000000000000000000000bb')
/** On two busy cores a block takes seconds. */
const TIMEOUT_MS = 10 * 60_000

describe('geth/mining', function () {
  this.timeout(TIMEOUT_MS)
  let lab: GethLab
  let miner: LabNode
  let witness: LabNode

  before('[needs geth] two geths', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    miner = await lab.start({ name: 'miner' })
    witness = await lab.start({ name: 'witness' })
    await witness.ipc.addPeer(await miner.ipc.enode())
    await eventually('a connection', async () => ((await miner.ipc.peers()).length > 0 ? true : undefined))
  })

  after(() => lab?.stop())

  it('[needs geth] mines with real Ethash, and a geth that never mined accepts the head', async () => {
    await mine(miner, 2, MINER)
    const { number, hash } = await agreement([miner, witness], 2)
    const header = await witness.ipc.ask('eth_getBlockByHash', [hash, false])
    expect(header)
      .to.have.property('mixHash')
      .that.does.not.equal(`0x${'0'.repeat(64)}`)
    expect(header)
      .to.have.property('nonce')
      .that.does.not.equal(`0x${'0'.repeat(16)}`)
    expect(header).to.have.property('miner').that.matches(/aa$/)
    expect(number).to.be.at.least(2)
  })

  it('[needs geth] carries a transaction to the other node', async () => {
    const transaction = await sendCoins(witness, SOMEBODY, 0)
    await eventually('the transaction at the miner', async () =>
      (await miner.ipc.ask('eth_getTransactionByHash', [transaction])) === null ? undefined : true,
    )
    await mine(miner, 1, MINER)
    const receipt = await eventually('the receipt', () => receiptOf(witness, transaction))
    expect(receipt.status).to.equal('0x1')
  })

  it('[needs geth] holds the gas limit over more than 50 blocks', async () => {
    const node = await lab.start({ name: 'steady', binary: await lab.withoutWork() })
    const { number } = await mine(node, 52, MINER)
    for (let height = 0; height <= number; height++)
      expect((await blockOf(node, height))?.gasLimit, `block ${height}`).to.equal(BigInt(BLOCK_GAS_LIMIT))
    expect(number).to.be.at.least(52)
  })
})
