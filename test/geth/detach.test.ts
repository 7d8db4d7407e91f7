import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../../src/system/free-port.ts'
import { fieldsOf } from '../support/json.ts'
import { type Finished, Processes } from '../support/processes.ts'
import { GethLab } from './support/geth-lab.ts'
import { gethProgram, INSTALL_TIMEOUT_MS } from './support/geth-program.ts'

const HOST = '127.0.0.1'
const TIMEOUT_MS = 3 * 60_000

describe('geth/detach', function () {
  this.timeout(TIMEOUT_MS)
  const processes = new Processes()
  let lab: GethLab
  let folder: string

  before('[needs geth] a geth', async function () {
    this.timeout(INSTALL_TIMEOUT_MS)
    const program = await gethProgram()
    if (program === undefined) return this.skip()
    lab = await GethLab.create(program)
    folder = join(lab.folder, 'data')
    await mkdir(folder)
  })

  after(async () => {
    // What runs in the background is nobody's child.
    if (folder !== undefined) await chain('stop')
    await processes.stopAll()
    await lab?.stop()
  })

  function chain(...args: string[]): Promise<Finished> {
    return processes.run(['chain', ...args, '--data-dir', folder])
  }

  it('[needs geth] prints in the background what it prints in the foreground, the way into the DHT too', async () => {
    const ports = ['--p2p-port', '--rpc-port', '--ws-port']
    const chosen = await Promise.all(ports.map(async (option) => [option, String(await freePort(HOST))]))
    const own = ['--genesis', lab.genesisFile, '--geth', await lab.withoutWork(), '--nat', `extip:${HOST}`]
    const dht = ['--listen', `/ip4/${HOST}/tcp/0`, '--scope', 'loopback']
    const { code, stdout, stderr } = await chain('start', '--detach', ...own, ...chosen.flat(), ...dht)
    expect(code, stderr).to.equal(0)
    const shown = /^Others find this node with --bootstrap (\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\S+)$/m.exec(
      stderr,
    )?.[1]
    const { node } = fieldsOf(JSON.parse((await chain('status', '--json')).stdout))
    expect(shown, stderr).to.be.a('string')
    expect(fieldsOf(node)['peerAddresses']).to.include(shown)
    expect(stdout).to.equal(`${fieldsOf(node)['enode']}\n`)
    const { stdout: stopped } = await chain('stop', '--json')
    expect(JSON.parse(stopped)).to.deep.equal({ saved: true })
  })
})
