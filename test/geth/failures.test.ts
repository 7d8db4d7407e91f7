import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { freePort } from '../../src/system/free-port.ts'
import { blockOf, eventually, GethLab, headOf, type LabNode, mine } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'
import { SmallDisk } from './support/small-disk.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const TIMEOUT_MS = 5 * 60_000
/** geth stops when 128 MB are free or less. */
const DISK_MEGABYTES = 256
const FILLED_MEGABYTES = 160

describe('geth/failures', function () {
  this.timeout(TIMEOUT_MS)
  let lab: GethLab
  let binary: string

  before('[needs geth] a geth', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    binary = await lab.withoutWork()
  })

  after(() => lab?.stop())

  /** The failure of a start that must fail. */
  async function failureOf(start: Promise<LabNode>): Promise<string | undefined> {
    return start.then(() => undefined, codeOf)
  }

  it('[needs geth] starts again after a kill, with every block', async () => {
    const node = await lab.start({ name: 'killed', binary })
    const head = await mine(node, 3, MINER)
    const { gethPid } = node.supervisor.status()
    if (gethPid === undefined) throw new Error('it has no process')
    process.kill(gethPid, 'SIGKILL')
    await eventually('another process', async () => {
      const { phase, gethPid: now } = node.supervisor.status()
      return phase === 'running' && now !== gethPid ? true : undefined
    })
    expect((await blockOf(node, head.number))?.hash).to.equal(head.hash)
    expect(node.supervisor.status()).to.deep.include({ restarts: 1 })
    expect(node.supervisor.status().lastFailure?.code).to.equal('GETH_FAILED')
    expect((await mine(node, 1, MINER)).number).to.be.greaterThan(head.number)
  })

  it('[needs geth] restarts on demand once the state is saved, and says so when it stops', async () => {
    const node = await lab.start({ name: 'restarted', binary })
    const head = await mine(node, 2, MINER)
    expect(await node.supervisor.restart()).to.deep.equal({ saved: true })
    expect((await headOf(node)).hash).to.equal(head.hash)
    expect(node.supervisor.status().restarts).to.equal(0)
    expect(await node.supervisor.stop()).to.deep.equal({ saved: true })
  })

  it('[needs geth] refuses the data of another genesis, and a directory that is in use', async () => {
    const node = await lab.start({ name: 'first', binary })
    const again = lab.start({ name: 'first', binary })
    expect(await failureOf(again)).to.equal('GETH_BUSY')
    const { genesisHash } = node.supervisor
    await node.supervisor.stop()
    const genesisFile = await lab.anotherGenesis()
    expect(await failureOf(lab.start({ name: 'first', binary, genesisFile }))).to.equal('GETH_OTHER_GENESIS')
    const back = await lab.start({ name: 'first', binary })
    expect(back.supervisor.genesisHash).to.equal(genesisHash)
  })

  for (const option of ['p2pPort', 'rpcPort', 'wsPort'] as const)
    it(`[needs geth] names the ${option} that is taken, and starts when it is free`, async () => {
      const server = createServer()
      const port = await freePort('127.0.0.1')
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      const plan = { [option]: port }
      const failure = await lab.start({ name: option, binary, plan }).catch((error: unknown) => error)
      expect(codeOf(failure)).to.equal('GETH_PORT_TAKEN')
      expect(failure).to.have.property('message').that.contains(String(port))
      await new Promise((resolve) => server.close(resolve))
      expect((await headOf(await lab.start({ name: option, binary, plan }))).number).to.equal(0)
    })

  it('[needs root] stops in order on a full disk, and goes on when there is room', async function () {
    const disk = await SmallDisk.mount(join(lab.folder, 'disk'), DISK_MEGABYTES)
    if (disk === undefined) return this.skip()
    try {
      const node = await lab.start({ name: 'full', binary, directory: join(disk.folder, 'node') })
      const head = await mine(node, 2, MINER)
      await disk.fill(FILLED_MEGABYTES)
      const failure = await eventually('a stop', async () => node.supervisor.status().lastFailure)
      expect(failure.code).to.equal('GETH_DISK_FULL')
      await disk.empty()
      await eventually('a restart', async () => (node.supervisor.status().phase === 'running' ? true : undefined))
      expect((await blockOf(node, head.number))?.hash).to.equal(head.hash)
      expect(await node.supervisor.stop()).to.deep.equal({ saved: true })
    } finally {
      await disk.unmount()
    }
  })
})
