import { join } from 'node:path'
import { expect } from 'chai'
import { parseAddress } from '../../src/domain/ids.ts'
import { gethDirectory } from '../../src/node/geth/chain-node.ts'
import { gethParts } from '../../src/node/geth/geth-parts.ts'
import { agreement, GethLab, headOf, type LabNode } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
/** A geth dials a peer that went away again after 35 seconds. */
const TIMEOUT_MS = 6 * 60_000
const NAMES = ['one', 'two', 'three'] as const

describe('geth/rolling restart', function () {
  this.timeout(TIMEOUT_MS)
  const nodes: LabNode[] = []
  /** What the command said and what the geths wrote, in order. */
  const events: string[] = []
  /** Where the other two stood when each came back. */
  const missed: Promise<number[]>[] = []
  let lab: GethLab

  before('[needs geth] three geths, one of which mines', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    const binary = await lab.withoutWork()
    const bootnodes: string[] = []
    for (const [index, name] of NAMES.entries()) {
      const node = await lab.start({
        name,
        binary,
        directory: gethDirectory(join(lab.folder, name)),
        plan: {
          bootnodes: [...bootnodes],
          ...(name === 'two' ? { mining: { etherbase: MINER, threads: 1 } } : {}),
        },
        onEvent({ kind }) {
          if (kind !== 'saved' && kind !== 'rpc-open') return
          events.push(`${name} ${kind}`)
          if (kind === 'rpc-open' && nodes.length === NAMES.length) missed.push(headsBeside(nodes[index]))
        },
      })
      nodes.push(node)
      bootnodes.push(await node.ipc.enode())
    }
  })

  after(() => lab?.stop())

  function headsBeside(node: LabNode | undefined): Promise<number[]> {
    const others = nodes.filter((other) => other !== node)
    return Promise.all(others.map(async (other) => (await headOf(other)).number))
  }

  it('[needs geth] stops one at a time, each when the one before has every block, and the miner mines again', async () => {
    await agreement(nodes, 3)
    events.splice(0)
    const before = nodes.map(({ supervisor }) => supervisor.status().gethPid)
    const folders = NAMES.map((name) => join(lab.folder, name))
    await gethParts.restartRolling(folders, { onStep: (text) => events.push(text) })

    const back = events.flatMap((event) => /is back at block (\d+)$/.exec(event)?.[1] ?? []).map(Number)
    const expected = NAMES.flatMap((name, index) => [
      `restarting the geth of ${folders[index]}`,
      `${name} saved`,
      `${name} rpc-open`,
      `the geth of ${folders[index]} is back at block ${back[index]}`,
    ])
    expect(events).to.deep.equal(expected)
    // How the others stand is read from time to time: one may have found a block since.
    for (const [index, heads] of (await Promise.all(missed)).entries())
      for (const head of heads) expect(back[index], `${NAMES[index]} against its peers`).to.be.at.least(head - 1)
    for (const [index, { supervisor }] of nodes.entries()) {
      expect(supervisor.status()).to.deep.include({ restarts: 0, phase: 'running' })
      expect(supervisor.status().gethPid).not.to.equal(before[index])
    }
    const { health } = await gethParts.control(folders[1] ?? '').status()
    expect(health).to.include({ mining: true })
    const head = await agreement(nodes, Math.max(...back) + 2)
    expect(await nodes[0]?.ipc.ask('eth_getBlockByHash', [head.hash, false]))
      .to.have.property('miner')
      .that.equals(MINER.toLowerCase())
  })
})
