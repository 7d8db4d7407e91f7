import { expect } from 'chai'
import { parseAddress } from '../../src/domain/ids.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import {
  agreement,
  blockOf,
  eventually,
  GethLab,
  headOf,
  type LabNode,
  mine,
  receiptOf,
  sendCoins,
  startMining,
  stopMining,
} from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const OTHER_MINER = parseAddress('0x00000000000000000000000000000000000000ab')
const SOMEBODY = parseAddress('0x00000000000000000000000000000000000000bb')
const TIMEOUT_MS = 10 * 60_000
/** The same in every name space: each has all ports to itself. */
const PORTS = { p2pPort: 30_303, rpcPort: 8545, wsPort: 8546 }

describe('geth/network', function () {
  this.timeout(TIMEOUT_MS)
  const spaces = new NameSpaces()
  const nodes: LabNode[] = []
  let lab: GethLab

  /** A geth with an address of its own that knows `bootnodes` alone. */
  async function join(index: number, bootnodes: readonly string[]): Promise<LabNode> {
    const name = `n${index}`
    const address = `10.98.0.${index}`
    await spaces.add(name, address)
    const binary = await spaces.program(name, { folder: lab.folder, runs: await lab.withoutWork() })
    const node = await lab.start({
      name,
      binary,
      plan: { ...PORTS, nat: `extip:${address}`, bootnodes, discovery: true },
    })
    nodes.push(node)
    return node
  }

  function enodeOf({ supervisor }: LabNode): string {
    const { enode } = supervisor.status()
    if (enode === undefined) throw new Error('it has no enode')
    return enode
  }

  async function connected(each: number): Promise<true> {
    return eventually(`${each} peers each`, async () => {
      const counts = await Promise.all(nodes.map(async ({ ipc }) => (await ipc.peers()).length))
      return counts.every((count) => count === each) ? true : undefined
    })
  }

  function nodeAt(index: number): LabNode {
    const node = nodes[index]
    if (node === undefined) throw new Error(`there is no node ${index}`)
    return node
  }

  before('[needs geth] [needs root] two machines', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined || !(await NameSpaces.areAllowed())) return this.skip()
    lab = await GethLab.create(program)
    await spaces.begin()
    const first = await join(1, [])
    await join(2, [enodeOf(first)])
  })

  after(async () => {
    await lab?.stop()
    await spaces.end()
  })

  it('[needs root] connects with nothing but the enode of the other', async () => {
    await connected(1)
    expect(enodeOf(nodeAt(0))).to.match(/@10\.98\.0\.1:30303$/)
    expect((await nodeAt(1).ipc.peers())[0]?.remoteAddress).to.match(/^10\.98\.0\.1:/)
  })

  it('[needs root] carries transactions and receipts in both directions', async () => {
    await mine(nodeAt(0), 1, MINER)
    await agreement(nodes, 1)
    for (const [nonce, [from, to]] of [[nodeAt(0), nodeAt(1)] as const, [nodeAt(1), nodeAt(0)] as const].entries()) {
      const transaction = await sendCoins(from, SOMEBODY, nonce)
      await mine(from, 1, MINER)
      const receipt = await eventually('the receipt on the other node', () => receiptOf(to, transaction))
      expect(receipt.status).to.equal('0x1')
    }
    await agreement(nodes, 3)
  })

  it('[needs root] makes four that know one a network of four', async () => {
    await join(3, [enodeOf(nodeAt(0))])
    await join(4, [enodeOf(nodeAt(0))])
    await connected(3)
    const { number } = await agreement(nodes, 1)
    await mine(nodeAt(3), 1, OTHER_MINER)
    const agreed = await agreement(nodes, number + 1)
    expect(await nodeAt(1).ipc.ask('eth_getBlockByHash', [agreed.hash, false]))
      .to.have.property('miner')
      .that.equals(OTHER_MINER.toLowerCase())
  })

  it('[needs root] follows the branch with more work when one mined apart', async () => {
    const fork = await headOf(nodeAt(0))
    await spaces.plug('n2', 'down')
    const undone = await sendCoins(nodeAt(0), SOMEBODY, 2)
    const loser = await mine(nodeAt(0), 2, MINER)
    const first = await receiptOf(nodeAt(0), undone)
    const winner = await mine(nodeAt(1), 6, OTHER_MINER)
    expect(loser.hash).not.to.equal((await blockOf(nodeAt(1), loser.number))?.hash)
    await spaces.plug('n2', 'up')
    await nodeAt(1).ipc.addPeer(enodeOf(nodeAt(0)))
    // geth looks at the work of a peer's branch when a block comes from it, so the winner has to go on.
    await startMining(nodeAt(1), OTHER_MINER)
    await eventually('the longer branch everywhere', async () => {
      const there = await Promise.all(nodes.map((node) => blockOf(node, winner.number)))
      return there.every((block) => block?.hash === winner.hash) ? true : undefined
    })
    expect((await blockOf(nodeAt(0), fork.number))?.hash).to.equal(fork.hash)
    // What only the abandoned branch had comes into a block of the other.
    const again = await eventually('the undone transaction, done again', async () => {
      const receipt = await receiptOf(nodeAt(0), undone)
      return receipt?.blockHash === first?.blockHash ? undefined : receipt
    })
    await stopMining(nodeAt(1))
    expect(first?.status).to.equal('0x1')
    expect(again.status).to.equal('0x1')
  })
})
