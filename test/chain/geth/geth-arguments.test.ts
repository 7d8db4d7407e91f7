import { expect } from 'chai'
import { parse } from 'smol-toml'
import { type GethPlan, gethArguments, gethConfig } from '../../../src/chain/geth/geth-arguments.ts'
import { NO_FAILURES, nextRestart } from '../../../src/chain/geth/restart-policy.ts'
import { parseAddress } from '../../../src/domain/ids.ts'

const PLAN: GethPlan = {
  dataDirectory: '/data/geth',
  ipcPath: '/data/geth.ipc',
  configPath: '/data/geth.toml',
  dagFolder: '/dag',
  chainId: 98765,
  p2pPort: 30_303,
  rpcPort: 8545,
  wsPort: 8546,
  nat: 'any',
  bootnodes: [],
  staticNodes: [],
  discovery: true,
}
const ETHERBASE = parseAddress('0x3fC0926503E9B38b20fA379a658332d9EB3A885f')

/** What follows an option. */
function optionValue(args: readonly string[], option: string): string | undefined {
  return args.includes(option) ? args[args.indexOf(option) + 1] : undefined
}

describe('chain/geth/geth-arguments', () => {
  it('never leaves bootnodes to geth, which would take public ones', () => {
    expect(optionValue(gethArguments(PLAN), '--bootnodes')).to.equal('')
    expect(optionValue(gethArguments(PLAN), '--discovery.dns')).to.equal('')
    const own = gethArguments({ ...PLAN, bootnodes: ['enode://a', 'enode://b'] })
    expect(optionValue(own, '--bootnodes')).to.equal('enode://a,enode://b')
  })

  it('opens JSON-RPC on this machine alone, without keys, administration or mining', () => {
    const args = gethArguments(PLAN)
    for (const option of ['--http.addr', '--ws.addr', '--authrpc.addr'])
      expect(optionValue(args, option)).to.equal('127.0.0.1')
    for (const option of ['--http.api', '--ws.api']) expect(optionValue(args, option)).to.equal('eth,net,web3')
    expect(args.join(' ')).not.to.match(/personal|unlock|corsdomain|0\.0\.0\.0/)
  })

  it('mines only when asked, for the account named, at the gas limit of the chain', () => {
    expect(gethArguments(PLAN)).not.to.include('--mine')
    const mining = gethArguments({ ...PLAN, mining: { etherbase: ETHERBASE, threads: 2 } })
    expect(mining).to.include('--mine')
    expect(optionValue(mining, '--miner.etherbase')).to.equal(ETHERBASE)
    expect(optionValue(mining, '--miner.threads')).to.equal('2')
    expect(optionValue(mining, '--miner.gaslimit')).to.equal('4700000')
  })

  it('names static nodes in the one place geth reads them', () => {
    expect(gethArguments(PLAN)).not.to.include('--config')
    const staticNodes = ['enode://a@10.0.0.1:1', 'enode://b@[::1]:2?discport=0']
    expect(optionValue(gethArguments({ ...PLAN, staticNodes }), '--config')).to.equal('/data/geth.toml')
    expect(parse(gethConfig({ staticNodes }))).to.deep.equal({ Node: { P2P: { StaticNodes: staticNodes } } })
  })

  it('looks for nobody when discovery is off', () => {
    expect(gethArguments(PLAN)).not.to.include('--nodiscover')
    expect(gethArguments({ ...PLAN, discovery: false })).to.include('--nodiscover')
  })
})

describe('chain/geth/restart-policy', () => {
  it('waits twice as long after each quick end, up to a minute', () => {
    const delays: number[] = []
    let state = NO_FAILURES
    for (let ends = 0; ends < 9; ends++) {
      const next = nextRestart(state, 100)
      state = next.state
      delays.push(next.delayMs)
    }
    expect(delays).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  it('begins again with a short wait after a healthy run', () => {
    const { state } = nextRestart(nextRestart(NO_FAILURES, 100).state, 100)
    expect(nextRestart(state, 10 * 60_000)).to.deep.equal({ state: { failuresInRow: 1 }, delayMs: 1000 })
  })
})
