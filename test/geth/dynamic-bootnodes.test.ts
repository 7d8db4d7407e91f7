import { join } from 'node:path'
import { expect } from 'chai'
import { TEST_CHAIN_ID } from '../../src/chain/geth/genesis.ts'
import { gethPaths } from '../../src/chain/geth/geth-directory.ts'
import { type DynamicBootnodes, startDynamicBootnodes } from '../../src/node/geth/dynamic-bootnodes.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { NameSpaces } from '../support/name-spaces.ts'
import { eventually, GethLab, type LabNode } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const PORTS = { p2pPort: 30_303, rpcPort: 8545, wsPort: 8546 }

describe('geth/dynamic bootnodes', function () {
  this.timeout(5 * 60_000)
  const spaces = new NameSpaces()
  const exchanges: DynamicBootnodes[] = []
  let lab: GethLab

  /** A geth with an address of its own that knows no other, beside a peer of the DHT. */
  async function begin(index: number, bootstrap: readonly string[]): Promise<LabNode> {
    const name = `d${index}`
    const address = `10.97.0.${index}`
    await spaces.add(name, address)
    const binary = await spaces.program(name, { folder: lab.folder, runs: await lab.withoutWork() })
    const node = await lab.start({
      name,
      binary,
      plan: { ...PORTS, nat: `extip:${address}`, bootnodes: [], discovery: false },
    })
    const exchange = await startDynamicBootnodes(
      { geth: node.supervisor, clock: systemClock, log: silentLogger },
      {
        chainId: TEST_CHAIN_ID,
        network: { listen: ['/ip4/127.0.0.1/tcp/0'], announce: [], bootstrap, scope: 'loopback' },
        gethData: gethPaths(join(lab.folder, name)).data,
        sources: { commandLine: [], settings: [], builtIn: [] },
      },
    )
    exchanges.push(exchange)
    return node
  }

  before('[needs geth] [needs root] two machines', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined || !(await NameSpaces.areAllowed())) return this.skip()
    lab = await GethLab.create(program)
    await spaces.begin()
  })

  after(async () => {
    await Promise.all(exchanges.map((exchange) => exchange.stop()))
    await lab?.stop()
    await spaces.end()
  })

  it('[needs root] meet with no enode given, through the key of the DHT alone', async () => {
    const first = await begin(1, [])
    const second = await begin(2, exchanges[0]?.addresses ?? [])
    const [peer] = await eventually('a peer of the second', async () => {
      const peers = await second.ipc.peers()
      return peers.length > 0 ? peers : undefined
    })
    expect(peer?.remoteAddress).to.match(/^10\.97\.0\.1:/)
    expect(first.supervisor.status().bootnodes).to.deep.equal([])
    expect(second.supervisor.status().bootnodes).to.deep.equal([])
  })
})
