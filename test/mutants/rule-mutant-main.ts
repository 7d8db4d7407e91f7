import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Mocha from 'mocha'
import { applyMutation } from './mutation.ts'
import { RULE_MUTANTS } from './rule-mutants.ts'

/** `node test/mutants/rule-mutant-main.ts --name NAME`: runs the test that is there to catch one mutant; prints how it went. */
const { values } = parseArgs({ options: { name: { type: 'string' } } })
const mutant = RULE_MUTANTS.find(({ name }) => name === values.name)
if (mutant === undefined) throw new Error(`there is no mutant "${values.name}"`)

const wasApplied = applyMutation(mutant)
const mocha = new Mocha({ ui: 'bdd', reporter: Mocha.reporters.Base, fgrep: mutant.title })
mocha.addFile(fileURLToPath(new URL(`../${mutant.test}`, import.meta.url)))
await mocha.loadFilesAsync()
let passed = 0
const failed: string[] = []
const ended = Promise.withResolvers<void>()
mocha
  .run(() => ended.resolve())
  .on('pass', () => passed++)
  // A hook that fails is no test that caught something.
  .on('fail', (test) => failed.push(`${test.type}: ${test.title}`))
await ended.promise
console.log(JSON.stringify({ passed, failed, isApplied: wasApplied() }))
// Nobody waits for what a test that failed left open.
process.exit(0)
