import { expect } from 'chai'
import { type Facts, type Finding, judge } from '../../src/cli/doctor/judge.ts'
import { wei } from '../../src/domain/amount.ts'
import { fieldsOf } from '../support/json.ts'
import { CliSandbox } from './support.ts'

const GIB = 1024 ** 3
const NO_GETH = { code: 'CHAIN_NOT_RUNNING', message: 'No chain runs.' }
const NO_DAEMON = { code: 'DAEMON_NOT_RUNNING', message: 'No daemon runs.' }

describe('cli/commands/doctor', () => {
  let sandbox: CliSandbox
  beforeEach(() => {
    sandbox = new CliSandbox()
  })
  afterEach(() => sandbox.stop())

  const findingsOf = (stdout: string): unknown => fieldsOf(JSON.parse(stdout))['findings']

  it('asks a daemon, and says a line for each thing that is well', async () => {
    await sandbox.startDaemon()
    const { code, stdout } = await sandbox.run(['doctor'], { env: { FAKE_CHAIN: 'none' } })
    expect(code).to.equal(0)
    const lines = stdout.trim().split('\n')
    expect(lines.map((line) => line.split(/ +/).slice(0, 2).join(' '))).to.deep.equal(
      ['disk', 'daemon', 'wallet', 'network', 'chain'].map((check) => `ok ${check}`),
    )
  })

  it('warns with what the daemon and the chain warn of, and ends with 0', async () => {
    const { statusView } = sandbox.node
    const { chain } = statusView
    const silent = {
      code: 'CHAIN_SILENT',
      message: 'No block for 90 s, where one is due every 15 s: is anybody mining?',
    }
    sandbox.node.statusView = {
      ...statusView,
      peers: 0,
      balance: wei(0n),
      chain: { ...chain, health: { ...chain.health, warnings: [silent] } },
    }
    await sandbox.startDaemon()
    const { code, stdout } = await sandbox.run(['doctor', '--json'], { env: { FAKE_CHAIN: 'none' } })
    expect(code).to.equal(0)
    expect(findingsOf(stdout)).to.deep.include({ check: 'chain', verdict: 'warning', message: silent.message })
    expect(findingsOf(stdout)).to.deep.include({
      check: 'wallet',
      verdict: 'warning',
      message: 'The wallet is empty: it can be paid, but not pay.',
    })
    expect(findingsOf(stdout)).to.deep.include({
      check: 'network',
      verdict: 'warning',
      message: 'No peer is connected: give --bootstrap with the address of one that runs.',
    })
  })

  it('tells what the router forwards, or what to do where it was asked and forwards nothing', async () => {
    const { statusView } = sandbox.node
    const external = { host: '45.32.7.1', port: 5001 }
    const ports = [
      { port: 4001, protocol: 'tcp', external },
      { port: 6881, protocol: 'udp', external: { ...external, port: 6881 } },
    ] as const
    sandbox.node.statusView = { ...statusView, portMapping: { isAsked: true, by: 'UPnP', ports } }
    await sandbox.startDaemon()
    const findings = async (): Promise<unknown> =>
      findingsOf((await sandbox.run(['doctor', '--json'], { env: { FAKE_CHAIN: 'none' } })).stdout)
    const forwarded = 'forwards 45.32.7.1:5001 to 4001 (tcp), 45.32.7.1:6881 (udp) by UPnP'
    expect(await findings()).to.deep.include({ check: 'network', verdict: 'ok', message: `the router ${forwarded}` })
    expect((await sandbox.run(['status'])).stdout).to.match(/^router +forwards 45\.32\.7\.1:5001 to 4001 \(tcp\), /m)

    const reason = 'no router answers UPnP or NAT-PMP'
    sandbox.node.statusView = { ...statusView, portMapping: { isAsked: true, ports: [], reason } }
    const asked = JSON.stringify(await findings())
    expect(asked).to.contain(`The router forwards nothing: ${reason}.`).and.to.contain('forward TCP port 4001 by hand')
  })

  it('looks at the geth of the data directory, and at the node of --rpc when no daemon runs; starts nothing', async () => {
    const { code, stdout } = await sandbox.run(['--rpc', 'http://127.0.0.1:8545', 'doctor', '--json'])
    expect(code).to.equal(0)
    const alone = { verdict: 'warning', message: 'No other node is connected: give --bootnodes.' }
    expect(findingsOf(stdout)).to.deep.include({ check: 'geth', ...alone })
    expect(findingsOf(stdout)).to.deep.include({ check: 'chain', ...alone })
  })

  it('ends with 1 when something does not work', async () => {
    const { code, stdout, stderr } = await sandbox.run(['doctor'], { env: { FAKE_CHAIN: 'mute' } })
    expect(code).to.equal(1)
    expect(stdout).to.match(/^failure +geth +geth is mute\.$/m)
    expect(stderr).to.contain('1 of 3 findings is a failure')
  })

  describe('judge', () => {
    const facts: Facts = { free: { answer: 2 * GIB }, daemon: NO_DAEMON, geth: NO_GETH }
    const verdicts = (changed: Partial<Facts>): string[] =>
      judge({ ...facts, ...changed }).map(({ check, verdict }: Finding) => `${check} ${verdict}`)

    it('has nothing to say of a geth that was never asked for, and warns where no daemon runs', () => {
      expect(verdicts({})).to.deep.equal(['disk ok', 'daemon warning'])
    })

    it('warns below a gibibyte, and fails where nothing can be written', () => {
      expect(verdicts({ free: { answer: GIB - 1 } })[0]).to.equal('disk warning')
      expect(verdicts({ free: { code: 'PATH_DENIED', message: 'no' } })[0]).to.equal('disk failure')
    })

    it('fails for a daemon that does not answer, a chain that cannot be reached, and a geth that failed', () => {
      expect(verdicts({ daemon: { code: 'DAEMON_UNREACHABLE', message: 'mute' } })).to.include('daemon failure')
      expect(verdicts({ rpc: { code: 'CHAIN_UNREACHABLE', message: 'away' } })).to.include('chain failure')
      expect(verdicts({ geth: { code: 'SOCKET_REFUSED', message: 'refused' } })).to.include('geth failure')
    })
  })
})
