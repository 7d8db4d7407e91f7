import { expect } from 'chai'
import { createBanList } from '../../src/node/ban-list.ts'
import { findSeeders, type PrepareDependencies } from '../../src/node/download/prepare.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { MemoryNetwork } from '../discovery/memory-network.ts'
import { leecherOf, SHARED, seederOf } from '../discovery/swarm.ts'
import { FakeClock } from '../support/fake-clock.ts'

const SECOND_MS = 1_000

describe('node/prepare', () => {
  let clock: FakeClock
  let network: MemoryNetwork
  let database: Database
  let deps: PrepareDependencies

  beforeEach(() => {
    clock = new FakeClock()
    network = new MemoryNetwork()
    database = openDatabase(':memory:')
    const lookup = leecherOf(network.join('leecher'), clock)
    const bans = createBanList({ database, clock })
    deps = { lookup, bans, clock, knownManifest: () => undefined, notice: () => undefined }
  })

  afterEach(() => database.close())

  /** What a search finds, and after how many seconds. */
  async function search(afterEachSecond: (second: number) => void): Promise<{ found: string[]; seconds: number }> {
    let found: string[] | undefined
    const searching = findSeeders(deps, SHARED, new AbortController().signal).then((seeders) => {
      found = seeders.map(({ peerId }) => peerId)
    })
    let seconds = 0
    for (; found === undefined && seconds < 60; seconds++) {
      await clock.advance(SECOND_MS)
      afterEachSecond(seconds + 1)
    }
    await searching
    return { found: found ?? [], seconds }
  }

  it('finds the only seeder though it could not be reached at first', async () => {
    const seeder = network.join('busy')
    const publisher = seederOf(seeder, 1, clock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    await publisher.announced(SHARED, new AbortController().signal)
    seeder.reachable = false
    const { found, seconds } = await search((second) => {
      if (second === 3) seeder.reachable = true
    })
    expect(found).to.deep.equal(['busy'])
    expect(seconds).to.be.within(4, 15)
  })

  it('gives up when nobody is found', async () => {
    const { found, seconds } = await search(() => undefined)
    expect(found).to.deep.equal([])
    expect(seconds).to.equal(25)
  })
})
