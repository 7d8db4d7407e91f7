import { expect } from 'chai'
import type { ChainStatus } from '../../../src/chain/geth/chain-status.ts'
import type { ChainHealth } from '../../../src/chain/geth/health.ts'
import { ChiralError, codeOf } from '../../../src/domain/errors.ts'
import { type RollingNode, restartRolling } from '../../../src/node/geth/rolling-restart.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { FAKE_CHAIN_STATUS } from '../../cli/fake-geth.ts'

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
const STATUS: ChainStatus = { ...FAKE_CHAIN_STATUS, bootnodes: [], phase: 'running', dag: undefined }

describe('node/geth/rolling-restart', () => {
  const events: string[] = []
  const options = { clock: systemClock, onStep: () => {} }

  beforeEach(() => events.splice(0))

  /** Tells of `healths` one after the other, the last for ever. */
  function node(name: string, healths: readonly Partial<ChainHealth>[], saved = true): RollingNode {
    let asked = 0
    return {
      name,
      control: {
        async status() {
          const health = { ...HEALTH, ...healths[Math.min(asked++, healths.length - 1)] }
          events.push(`${name} at ${health.height} with ${health.peers}`)
          return { status: STATUS, health }
        },
        async restart() {
          events.push(`${name} restarts`)
          return saved
        },
      },
    }
  }

  it('touches the next only when the one before has its blocks and a peer again', async () => {
    const one = node('one', [{}, { height: 9 }, { peers: 0 }, { height: 12, syncingTo: 14 }, { height: 14 }])
    await restartRolling([one, node('two', [{}])], options)
    expect(events).to.deep.equal([
      'one at 12 with 2',
      'two at 12 with 2',
      'one restarts',
      'one at 9 with 2',
      'one at 12 with 0',
      'one at 12 with 2',
      'one at 14 with 2',
      'two restarts',
      'two at 12 with 2',
    ])
  })

  it('does not wait for a peer where there was none', async () => {
    await restartRolling([node('alone', [{ peers: 0 }])], options)
    expect(events).to.have.lengthOf(3)
  })

  it('stops at the first whose state was not seen on disk', async () => {
    const failure = restartRolling([node('one', [{}], false), node('two', [{}])], options)
    expect(await failure.catch(codeOf)).to.equal('RESTART_UNSAVED')
    expect(events).not.to.include('two restarts')
  })

  it('touches none when one of them does not run', async () => {
    const gone: RollingNode = {
      name: 'gone',
      control: {
        status: async () => {
          throw new ChiralError('CHAIN_NOT_RUNNING', 'No chain runs: start it.')
        },
        restart: async () => true,
      },
    }
    expect(await restartRolling([node('one', [{}]), gone], options).catch(codeOf)).to.equal('CHAIN_NOT_RUNNING')
    expect(events).not.to.include('one restarts')
  })
})
