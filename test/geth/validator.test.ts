import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { gethPaths } from '../../src/chain/geth/geth-directory.ts'
import { createGethIpc, type GethIpc } from '../../src/chain/geth/geth-ipc.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { gethDirectory } from '../../src/node/geth/chain-node.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { fieldsOf } from '../support/json.ts'
import { Processes, type Running } from '../support/processes.ts'
import { eventually, GethLab, type LabNode, mine } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const MINER = parseAddress('0x00000000000000000000000000000000000000aa')
const HOST = '127.0.0.1'
/** A geth dials a static node that went away again after 35 seconds. */
const TIMEOUT_MS = 5 * 60_000

describe('geth/validator', function () {
  this.timeout(TIMEOUT_MS)
  const processes = new Processes()
  let lab: GethLab
  let binary: string
  let peer: LabNode

  before('[needs geth] a miner', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    binary = await lab.withoutWork()
    peer = await lab.start({ name: 'peer', binary })
  })

  after(async () => {
    await processes.stopAll()
    await lab?.stop()
  })

  /** `chiral chain start --validator` with nothing of its own but an empty data directory and the enode of the miner. */
  async function validate(name: string): Promise<{ running: Running; folder: string; ipc: GethIpc }> {
    const folder = join(lab.folder, name)
    await mkdir(folder)
    const ports = ['--p2p-port', '--rpc-port', '--ws-port']
    const chosen = await Promise.all(ports.map(async (option) => [option, String(await freePort(HOST))]))
    const known = ['--static-nodes', await peer.ipc.enode(), '--genesis', lab.genesisFile, '--geth', binary]
    const running = processes.start(
      ['chain', 'start', '--json', '--validator', '--nat', `extip:${HOST}`, ...known, ...chosen.flat()],
      { env: { CHIRAL_HOME: folder, HOME: folder } },
    )
    await running.document()
    return { running, folder, ipc: createGethIpc({ clock: systemClock }, gethPaths(gethDirectory(folder)).ipc) }
  }

  async function follows(ipc: GethIpc, number: number, hash: string): Promise<void> {
    await eventually(`block ${number} at the validator`, async () => {
      const block = await ipc.ask('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
      return block !== null && fieldsOf(block)['hash'] === hash ? true : undefined
    })
  }

  it('[needs geth] gets the chain from its static node alone, without a key, and meets it again after a restart', async () => {
    const head = await mine(peer, 3, MINER)
    const { running, folder, ipc } = await validate('validator')
    await follows(ipc, head.number, head.hash)
    expect(await ipc.ask('eth_accounts')).to.deep.equal([])
    expect(await ipc.ask('eth_mining')).to.equal(false)
    expect(await readdir(folder)).to.deep.equal(['geth'])
    expect(await readdir(join(gethPaths(gethDirectory(folder)).data, 'keystore'))).to.deep.equal([])

    expect(await peer.supervisor.restart()).to.deep.equal({ saved: true })
    expect(await peer.ipc.peers()).to.deep.equal([])
    await eventually('the validator', async () => ((await peer.ipc.peers()).length > 0 ? true : undefined))
    const next = await mine(peer, 1, MINER)
    await follows(ipc, next.number, next.hash)
    expect((await running.stop('SIGINT')).code).to.equal(0)
  })

  it('[needs geth] gives each validator a name of its own', async () => {
    const keys: string[] = []
    for (const name of ['second', 'third']) {
      const { folder } = await validate(name)
      keys.push(await readFile(join(gethPaths(gethDirectory(folder)).data, 'geth', 'nodekey'), 'utf8'))
    }
    expect(new Set(keys)).to.have.property('size', 2)
  })
})
