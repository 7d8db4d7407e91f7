import { expect } from 'chai'
import { type Fault, FaultCounts, lieOf, MISFORTUNES } from './faults.ts'
import { BUYER_LIES } from './lying-buyers.ts'
import { SELLER_LIES } from './lying-sellers.ts'
import { scenarioOf } from './scenario.ts'
import { World } from './world.ts'

/** Seeds of the short run, in groups that each fit a minute of a slow core. `CHIRAL_SIMULATION_SEEDS=FROM:COUNT` runs others. */
const SEEDS = process.env['CHIRAL_SIMULATION_SEEDS'] ?? '0:2000'
const [FROM = 0, COUNT = 0] = SEEDS.split(':').map(Number)
// No seeds would be a run that cannot fail.
if (!/^\d+:[1-9]\d*$/.test(SEEDS))
  throw new Error(`CHIRAL_SIMULATION_SEEDS is "${SEEDS}": write FROM:COUNT, such as 0:2000.`)
const GROUP = 100
const TIMEOUT_MS = 300_000
/** In so many seeds everything goes wrong that can. */
const ENOUGH = 1_000
const FAULTS: readonly Fault[] = [
  ...MISFORTUNES,
  ...[...Object.keys(SELLER_LIES), ...Object.keys(BUYER_LIES)].map((kind) => lieOf(kind)),
]

async function run(seed: string): Promise<World> {
  const world = await World.create(scenarioOf(seed))
  await world.run()
  return world
}

describe('simulation: whole nodes over a network, disks and a chain that fail, among liars', () => {
  const faults = new FaultCounts()

  for (let from = FROM; from < FROM + COUNT; from += GROUP) {
    const last = Math.min(from + GROUP, FROM + COUNT) - 1
    it(`loses no money beyond the bounds, no chunk, and finishes: seeds ${from} to ${last}`, async function () {
      this.timeout(TIMEOUT_MS)
      // What a failing seed did: node test/simulation/run-main.ts --seed SEED --trace
      for (let seed = from; seed <= last; seed++) faults.add((await run(String(seed))).scheduler.faults)
    })
  }

  if (COUNT >= ENOUGH)
    it('sees every kind of fault happen', () => {
      console.log(String(faults))
      expect(FAULTS.filter((fault) => faults.of(fault) === 0)).to.deep.equal([])
    })
})

describe('simulation: the same seed', () => {
  it('gives the same run, event for event', async function () {
    this.timeout(TIMEOUT_MS)
    for (const seed of ['12', '26', '131']) {
      const [one, other] = [await run(seed), await run(seed)]
      expect(other.scheduler.trace).to.deep.equal(one.scheduler.trace)
      expect(other.scheduler.traceHash()).to.equal(one.scheduler.traceHash())
    }
  })

  it('gives another run than the next one', async function () {
    this.timeout(TIMEOUT_MS)
    const hashes = await Promise.all(['12', '13'].map(async (seed) => (await run(seed)).scheduler.traceHash()))
    expect(new Set(hashes).size).to.equal(2)
  })
})
