import { expect } from 'chai'
import { chainStatusSchema } from '../../../src/chain/geth/chain-status.ts'
import type { ChainAnswer } from '../../../src/chain/geth/control.ts'
import type { ChainHealth } from '../../../src/chain/geth/health.ts'
import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { type RollingNode, restartRolling } from '../../../src/node/geth/rolling-restart.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { FAKE_CHAIN_STATUS } from '../../cli/fake-geth.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const HEALTH: ChainHealth = {
  chainId: 98768,
  genesisHash: '0x00',
  height: 12,
  headHash: '0x01',
  headTime: 0,
  headAgeSeconds: 5,
  difficulty: '131072',
  peers: 2,
  mining: false,
  hashRate: 0,
  warnings: [],
}
const HOUR_MS = 60 * 60_000
const STATUS = chainStatusSchema.parse({ ...FAKE_CHAIN_STATUS, mining: false })

describe('node/geth/rolling-restart', () => {
  const events: string[] = []
  const options = { clock: systemClock, onStep: () => {} }

  beforeEach(() => events.splice(0))

  interface Script {
    /** Told one after the other once it was restarted, the last for ever. */
    readonly healths?: readonly Partial<ChainHealth>[]
    readonly before?: Partial<ChainHealth>
    readonly saved?: boolean
    readonly mining?: boolean
  }

  function node(name: string, { healths = [], before = {}, saved = true, mining = false }: Script = {}): RollingNode {
    let asked = -1
    return {
      name,
      control: {
        async status(): Promise<ChainAnswer> {
          const script = asked < 0 ? before : healths[Math.min(asked++, healths.length - 1)]
          const health = { ...HEALTH, mining, ...before, ...script }
          if (asked > 0) events.push(`${name} at ${health.height} with ${health.peers}`)
          return { status: { ...STATUS, mining }, health }
        },
        async restart() {
          events.push(`${name} restarts`)
          asked = 0
          return saved
        },
      },
    }
  }

  it('touches the next only when the one before has its blocks and a peer again', async () => {
    const healths = [{ height: 9 }, { peers: 0 }, { height: 12, syncingTo: 14 }, { height: 14 }]
    await restartRolling([node('one', { healths }), node('two', { healths: [{ height: 14 }] })], options)
    expect(events).to.deep.equal([
      'one restarts',
      'one at 9 with 2',
      'one at 12 with 0',
      'one at 12 with 2',
      'one at 14 with 2',
      'two restarts',
      'one at 14 with 2',
      'two at 14 with 2',
    ])
  })

  it('waits for the blocks the others found meanwhile, not only for its own', async () => {
    const one = node('one', { healths: [{}, { height: 29 }, { height: 30 }] })
    await restartRolling([one, node('two', { before: { height: 30 } })], options)
    expect(events.slice(1, 5)).to.deep.equal([
      'one at 12 with 2',
      'one at 29 with 2',
      'one at 30 with 2',
      'two restarts',
    ])
  })

  it('waits for no block of another chain, and for none where there is nobody to get it from', async () => {
    const other = { genesisHash: '0x02', height: 99 }
    await restartRolling([node('one'), node('other', { before: other })], options)
    await restartRolling([node('alone', { before: { peers: 0 } }), node('three', { before: { height: 30 } })], options)
    expect(events.filter((event) => event.startsWith('one at'))).to.have.lengthOf(2)
    expect(events).to.include('alone at 12 with 0')
  })

  it('waits until a miner mines again', async () => {
    await restartRolling([node('miner', { mining: true, healths: [{ mining: false }, {}] })], options)
    expect(events).to.deep.equal(['miner restarts', 'miner at 12 with 2', 'miner at 12 with 2'])
  })

  it('stops at the first whose state was not seen on disk', async () => {
    const failure = restartRolling([node('one', { saved: false }), node('two')], options)
    expect(await failure.catch(codeOf)).to.equal('RESTART_UNSAVED')
    expect(events).not.to.include('two restarts')
  })

  it('gives up on one that does not catch up, and says where it stands', async () => {
    const nodes = [node('one', { healths: [{ height: 3 }] }), node('two')]
    const clock = new FakeClock()
    const restart = restartRolling(nodes, { clock, onStep: () => {} }).catch((error: unknown) => error)
    await clock.advance(0)
    await clock.advance(HOUR_MS)
    const failure = await restart
    expect(codeOf(failure)).to.equal('RESTART_UNSYNCED')
    expect(failure).to.have.property('message').that.contains('running at block 3 with 2 peers; block 12')
    expect(events).not.to.include('two restarts')
  })

  it('touches none when one of them does not run, or does not tell how it is doing', async () => {
    const absent = async (): Promise<never> => {
      throw new ChiralError('CHAIN_NOT_RUNNING', 'No chain runs: start it.')
    }
    const mute = async (): Promise<ChainAnswer> => ({ status: STATUS, healthFailure: 'geth is mute.' })
    for (const [status, code] of [[absent, 'CHAIN_NOT_RUNNING'] as const, [mute, 'GETH_SILENT'] as const]) {
      const other: RollingNode = { name: 'other', control: { status, restart: async () => true } }
      expect(await restartRolling([node('one'), other], options).catch(codeOf)).to.equal(code)
    }
    expect(events).to.deep.equal([])
  })
})
