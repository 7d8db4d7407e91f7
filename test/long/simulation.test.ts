import { scenarioOf } from '../simulation/scenario.ts'
import { World } from '../simulation/world.ts'

/** Beyond the seeds of the short run; `CHIRAL_SIMULATION_LONG` sets how many. */
const FROM = 1_000_000
const COUNT = Number(process.env['CHIRAL_SIMULATION_LONG'] ?? '20000')
const GROUP = 1_000
const TIMEOUT_MS = 60 * 60_000

describe('long: the simulator over many seeds', () => {
  for (let from = FROM; from < FROM + COUNT; from += GROUP)
    it(`seeds ${from} to ${Math.min(from + GROUP, FROM + COUNT) - 1}`, async function () {
      this.timeout(TIMEOUT_MS)
      for (let seed = from; seed < Math.min(from + GROUP, FROM + COUNT); seed++)
        await (await World.create(scenarioOf(String(seed)))).run()
    })
})
