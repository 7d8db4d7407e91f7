import { parseArgs } from 'node:util'
import { messageOf } from '../../src/domain/errors.ts'
import { FaultCounts } from './faults.ts'
import { scenarioOf } from './scenario.ts'
import { World } from './world.ts'

/** `node test/simulation/run-main.ts --seed 17 --trace`: one run again, or with `--count` the seeds from there on. Tells what went wrong in them, and how often. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    count: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
})

const faults = new FaultCounts()
for (let index = 0; index < Number(values.count); index++) {
  const seed = values.count === '1' ? values.seed : String(Number(values.seed) + index)
  const world = await World.create(scenarioOf(seed))
  try {
    await world.run()
    if (values.trace || values.count === '1') console.log(world.scheduler.traceHash())
  } catch (error) {
    process.exitCode = 1
    console.log(messageOf(error))
    if (!(error instanceof Error && error.name === 'Violation')) console.log(error)
  }
  if (values.trace) console.log(world.scheduler.trace.join('\n'))
  faults.add(world.scheduler.faults)
}
console.log(`What happened, and how often:\n${faults}`)
