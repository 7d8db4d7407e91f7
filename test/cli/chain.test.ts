import { expect } from 'chai'
import { renderDag } from '../../src/cli/chain/render-dag.ts'
import { FAKE_CHAIN_STATUS } from './fake-geth.ts'
import { CliSandbox } from './support.ts'

const BOOTSTRAP = '/ip4/10.0.0.9/tcp/4001/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'
const ENODE = `enode://${'cd'.repeat(64)}@10.0.0.1:30303`

describe('cli/commands/chain', () => {
  let sandbox: CliSandbox

  beforeEach(() => {
    sandbox = new CliSandbox()
  })

  afterEach(() => sandbox.stop())

  it('starts geth and prints the enode others need', async () => {
    const { code, stdout, stderr } = await sandbox.run(['chain', 'start', '--mine', '--nat', 'none'])
    expect(code).to.equal(0)
    expect(stdout).to.equal(`${FAKE_CHAIN_STATUS.enode}\n`)
    expect(stderr).to.contain('nat none')
    expect(stderr).to.contain('--bootstrap /ip4/203.0.113.7/tcp/4001')
  })

  it('takes bootnodes of the command line before those of the settings', async () => {
    const second = ENODE.replace('10.0.0.1', '10.0.0.2')
    const { stdout } = await sandbox.run(['chain', 'start', '--json', '--bootnodes', ENODE], {
      env: { CHIRAL_CHAIN_BOOTNODES: second },
    })
    expect(JSON.parse(stdout).bootnodes).to.deep.equal([ENODE, second])
  })

  it('starts a validator that meets those that were named and nobody else', async () => {
    const second = ENODE.replace('10.0.0.1', '10.0.0.2')
    const env = { CHIRAL_CHAIN_STATIC_NODES: second, CHIRAL_BOOTSTRAP: BOOTSTRAP }
    const args = ['chain', 'start', '--json', '--validator', '--static-nodes', ENODE]
    const alone = await sandbox.run(args, { env })
    expect(JSON.parse(alone.stdout)).to.deep.include({ mining: false, staticNodes: [ENODE, second] })
    expect(alone.stderr).to.contain('discovery false, DHT false')
    expect((await sandbox.run([...args, '--discovery'], { env })).stderr).to.contain('discovery true, DHT true')
    expect((await sandbox.run(['chain', 'start'], { env })).stderr).to.contain('discovery true, DHT true')
  })

  it('refuses a validator that would need a key, or would meet nobody, or everybody', async () => {
    const validator = ['chain', 'start', '--validator']
    const named = [...validator, '--static-nodes', ENODE]
    for (const args of [
      validator,
      [...named, '--mine'],
      [...named, '--etherbase', `0x${'aa'.repeat(20)}`],
      [...named, '--bootstrap', BOOTSTRAP],
    ]) {
      const { code, stderr } = await sandbox.run(args)
      expect(code, args.join(' ')).to.equal(2)
      expect(stderr).to.contain('A validator')
    }
  })

  it('refuses a bootnode whose enode would name no address that others reach', async () => {
    const { code, stderr } = await sandbox.run(['chain', 'bootnode'])
    expect(code).to.equal(2)
    expect(stderr).to.contain('extip:')
  })

  it('uses the node of --rpc and starts none', async () => {
    const { code, stdout } = await sandbox.run(['--rpc', 'http://127.0.0.1:8545', 'chain', 'start'], {
      env: { FAKE_CHAIN: 'fails' },
    })
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'http://127.0.0.1:8545\n' })
  })

  it('shows the state as data and the warnings beside it', async () => {
    const text = await sandbox.run(['chain', 'status'])
    expect(text.stdout).to.match(/^block +12, 0x/m)
    expect(text.stderr).to.contain('No other node is connected')
    const { stdout } = await sandbox.run(['chain', 'status', '--json'])
    const document = JSON.parse(stdout)
    expect(document.node).to.deep.include({ chainId: 98765, phase: 'running' })
    expect(document.health.warnings[0].code).to.equal('CHAIN_ALONE')
  })

  it('says why there is nothing to show of the chain', async () => {
    const { code, stdout, stderr } = await sandbox.run(['chain', 'status'], { env: { FAKE_CHAIN: 'mute' } })
    expect(code).to.equal(0)
    expect(stdout)
      .to.match(/^geth +running/m)
      .and.not.to.match(/^block/m)
    expect(stderr).to.contain('geth is mute.')
  })

  it('says in one sentence that nothing runs', async () => {
    for (const command of ['status', 'stop', 'restart']) {
      const { code, stdout } = await sandbox.run(['chain', command, '--json'], { env: { FAKE_CHAIN: 'none' } })
      expect(code, command).to.equal(3)
      expect(JSON.parse(stdout).error.code).to.equal('CHAIN_NOT_RUNNING')
    }
    expect((await sandbox.run(['chain', 'logs'])).code).to.equal(3)
  })

  it('says what was saved, restarts, and installs', async () => {
    expect((await sandbox.run(['chain', 'stop', '--json'])).stdout).to.equal('{"saved":true}\n')
    expect((await sandbox.run(['chain', 'restart'])).stderr).to.contain('process 2')
    expect((await sandbox.run(['chain', 'install', '--dag'])).stdout).to.equal('/opt/geth\n')
  })

  it('serves JSON-RPC to others until it is interrupted', async () => {
    expect((await sandbox.run(['chain', 'proxy'])).code, 'without a port').to.equal(2)
    const missing = await sandbox.run([
      'chain',
      'proxy',
      '--port',
      '0',
      '--tls-cert',
      '/nowhere',
      '--tls-key',
      '/nowhere',
    ])
    expect(missing.code).to.equal(2)
    expect(missing.stderr).to.contain('/nowhere')
  })

  it('shows how far a mining data set is, within the width of the terminal', () => {
    expect(renderDag({ epoch: 0, percent: 37 }, 80)).to.equal(
      ' 37%  [#######-------------]  making the mining data set of epoch 0',
    )
    expect(renderDag({ epoch: 0, percent: 100 }, 30)).to.have.length(30)
  })
})
