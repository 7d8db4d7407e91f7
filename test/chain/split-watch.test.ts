import { expect } from 'chai'
import type { ChainHealth } from '../../src/chain/geth/health.ts'
import type { Head } from '../../src/chain/head-tracker.ts'
import { QUIET_BLOCKS } from '../../src/chain/split-step.ts'
import { LOOK_EVERY_MS, type SplitWatch, startSplitWatch } from '../../src/chain/split-watch.ts'
import type { Logger } from '../../src/system/logger.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

/** A chain of which a test says what it tells. */
class Chain {
  readonly clock = new FakeClock()
  readonly logged: string[] = []
  readonly changes: boolean[] = []
  height = 100
  peers: number | undefined = 2
  warnings: string[] = []
  away = false
  #listener: (head: Head) => void = () => {}

  get #head(): Head {
    return { number: this.height, hash: `0x${this.height}`, timestamp: this.clock.now() / 1000 }
  }

  async watch(): Promise<SplitWatch> {
    const log: Logger = {
      ...silentLogger,
      warn: (_fields, message) => this.logged.push(`warn ${message}`),
      info: (_fields, message) => this.logged.push(`info ${message}`),
    }
    const watch = await startSplitWatch(
      {
        clock: this.clock,
        log,
        readHealth: async () => {
          if (this.away) throw new Error('it does not answer')
          const { number, timestamp, hash } = this.#head
          const warnings = this.warnings.map((code) => ({ code, message: code }))
          // Only what the watch reads; the rest is shown to people.
          return { height: number, headTime: timestamp - 5, headHash: hash, peers: this.peers, warnings } as ChainHealth
        },
        client: {
          head: async () => this.#head,
          onHead: (listener) => {
            this.#listener = listener
            return () => {
              this.#listener = () => {}
            }
          },
        },
      },
      { confirmations: 3, minesOnDemand: false },
    )
    watch.onChange((suspicion) => this.changes.push(suspicion !== undefined))
    return watch
  }

  block(reorgedFrom?: number): void {
    this.height++
    this.#listener({ ...this.#head, ...(reorgedFrom === undefined ? {} : { reorgedFrom }) })
  }
}

describe('chain/split-watch', () => {
  it('looks once in the time of a block, and says what it suspects once', async () => {
    const chain = new Chain()
    const watch = await chain.watch()
    expect(watch.suspicion()).to.equal(undefined)
    chain.peers = 0
    await chain.clock.advance(LOOK_EVERY_MS)
    expect(watch.suspicion()).to.deep.include({ signs: ['cut-off'], firmBlock: 97 })
    await chain.clock.advance(2 * LOOK_EVERY_MS)
    expect(chain.changes).to.deep.equal([true])
    expect(chain.logged).to.have.lengthOf(1)
    expect(chain.logged[0]).to.match(/^warn The chain may be split/)
    await watch.stop()
  })

  it('is over after quiet blocks, and tells that once', async () => {
    const chain = new Chain()
    const watch = await chain.watch()
    chain.block(90)
    expect(watch.suspicion()?.signs).to.deep.equal(['reorganised'])
    for (let block = 0; block < QUIET_BLOCKS; block++) chain.block()
    expect(watch.suspicion()).to.equal(undefined)
    expect(chain.changes).to.deep.equal([true, false])
    expect(chain.logged.at(-1)).to.match(/^info .*not seem to be split any more/)
    await watch.stop()
  })

  it('takes a node that stopped answering for silent when blocks are overdue', async () => {
    const chain = new Chain()
    const watch = await chain.watch()
    chain.away = true
    await chain.clock.advance(5 * LOOK_EVERY_MS)
    expect(watch.health()).to.equal(undefined)
    expect(watch.failure()).to.deep.equal({ code: 'INTERNAL', message: 'it does not answer' })
    expect(watch.suspicion()).to.equal(undefined)
    await chain.clock.advance(LOOK_EVERY_MS)
    expect(watch.suspicion()?.signs).to.deep.equal(['silent'])
    expect(chain.logged.map((line) => line.slice(0, 24))).to.deep.equal([
      'warn The health of the c',
      'info The chain may be sp',
    ])
    chain.block(90)
    expect(watch.suspicion()?.signs).to.deep.equal(['silent', 'reorganised'])
    expect(chain.changes).to.deep.equal([true, true])
    expect(chain.logged.at(-1)).to.match(/^warn The chain may be split/)
    await watch.stop()
  })

  it('does nothing once stopped', async () => {
    const chain = new Chain()
    const watch = await chain.watch()
    await watch.stop()
    chain.block(1)
    chain.peers = 0
    await chain.clock.advance(10 * LOOK_EVERY_MS)
    expect(watch.suspicion()).to.equal(undefined)
  })
})
