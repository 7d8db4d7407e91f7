import { parseArgs } from 'node:util'
import { applyMutation } from '../mutants/mutation.ts'
import { MUTANTS } from './mutants.ts'

/** `node test/simulation/mutant-main.ts --name NAME --count 300`: looks for a seed that catches one mutant; prints what it says. */
const { values } = parseArgs({ options: { name: { type: 'string' }, count: { type: 'string', default: '1' } } })
const mutant = MUTANTS.find(({ name }) => name === values.name)
if (mutant === undefined) throw new Error(`there is no mutant "${values.name}"`)

/** As many as the model's own test makes. */
const PAIR_RUNS = 1000

const wasApplied = applyMutation(mutant)

process.on('unhandledRejection', (error) => caught(error))
if (mutant.by === 'pair model') {
  const { checkPair } = await import('../channel/pair-property.ts')
  try {
    checkPair(PAIR_RUNS)
  } catch (error) {
    caught(error)
  }
}

const { scenarioOf } = await import('./scenario.ts')
const { World } = await import('./world.ts')

function caught(error: unknown): never {
  console.log(JSON.stringify({ caught: String(error) }))
  process.exit(0)
}

const others = Array.from({ length: Number(values.count) }, (_, seed) => seed)
for (const seed of [mutant.seed, ...others]) {
  const world = await World.create(scenarioOf(String(seed)))
  await world.run().catch(caught)
}
console.log(JSON.stringify({ survived: Number(values.count), isApplied: wasApplied() }))
