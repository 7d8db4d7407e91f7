/**
 * What is known of the contracts, measured now: `./chiral contracts [--json] [--long] [--seed N] [--mutant NAME]… [part…]`.
 *
 * The exit code is 1 when a limit was broken. With `--json` the last line, and the only one on standard output, is one object with what
 * the parts that ran have measured.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { stopChildrenOnSignals } from './child-process.ts'
import { formatCoverage, LEAST_PERCENT, measureCoverage } from './contracts/coverage.ts'
import { measureGas } from './contracts/gas.ts'
import { formatInvariants } from './contracts/invariant-report.ts'
import { LONG, LONG_STATE_CALLS, measureInvariants, randomSeed, USUAL } from './contracts/invariants.ts'
import { readMutants } from './contracts/mutants.ts'
import { runMutants } from './contracts/mutate.ts'
import { formatProofs, proveClaims } from './contracts/proofs.ts'
import { findIssues, formatSlither } from './contracts/slither.ts'

type Options = {
  readonly json: boolean
  readonly long: boolean
  readonly seed: number
  /** Names; none means all. */
  readonly mutants: readonly string[]
  readonly parts: readonly string[]
}

/** What a part has found out, for the closing line; and how many of its limits held, for the test suites. */
type Outcome = { readonly numbers: Readonly<Record<string, unknown>>; readonly passed: number; readonly failed: number }

type Say = (text: string) => void

const EXIT_USAGE = 2

const PARTS: Readonly<Record<string, (options: Options, say: Say) => Promise<Outcome>>> = {
  gas: runGas,
  coverage: runCoverage,
  mutants: runMutantsPart,
  invariants: runInvariants,
  slither: runSlither,
  proofs: runProofs,
}

/** The others need Python and its registry, and run when they are named. */
const USUAL_PARTS = ['gas', 'invariants', 'mutants', 'coverage']

stopChildrenOnSignals()
const options = parseOptions()
if (options === undefined) process.exitCode = EXIT_USAGE
else
  try {
    process.exitCode = (await runParts(options)) ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }

function parseOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        long: { type: 'boolean' },
        seed: { type: 'string' },
        mutant: { type: 'string', multiple: true },
      },
    })
    const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name))
    if (unknown !== undefined) throw new Error(`There is no part named "${unknown}".`)
    const seed = values.seed === undefined ? randomSeed() : Number(values.seed)
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a number, not "${values.seed}".`)
    return {
      json: values.json === true,
      long: values.long === true,
      seed,
      mutants: values.mutant ?? [],
      parts: positionals.length === 0 ? USUAL_PARTS : positionals,
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(`./chiral contracts [--json] [--long] [--seed N] [--mutant NAME]… [${Object.keys(PARTS).join('|')}]…`)
    return undefined
  }
}

/** Resolves to whether all limits held. */
async function runParts(chosen: Options): Promise<boolean> {
  const say: Say = chosen.json ? (text) => console.error(text) : (text) => console.log(text)
  const outcomes: Outcome[] = []
  for (const name of chosen.parts) {
    say(`\n=== ${name} ===\n`)
    const startedAt = performance.now()
    const outcome = await PARTS[name]?.(chosen, say)
    if (outcome === undefined) throw new Error(`${name} was looked for above`)
    outcomes.push(outcome)
    say(`\n=== ${name}: ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes ===`)
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  const summaryPath = process.env['CHIRAL_TEST_SUMMARY']
  if (summaryPath !== undefined) writeFileSync(summaryPath, JSON.stringify({ passed, failed, skipped: [] }))
  if (chosen.json) console.log(JSON.stringify(Object.assign({}, ...outcomes.map(({ numbers }) => numbers))))
  else say(`\n${passed} limits held, ${failed} did not`)
  return failed === 0
}

async function runGas(_: Options, say: Say): Promise<Outcome> {
  const { gas, withinLimits } = await measureGas(say)
  for (const [name, amount] of Object.entries(gas)) say(`${name.padEnd(24)}${String(amount).padStart(10)}`)
  return { numbers: { gas }, passed: withinLimits ? 1 : 0, failed: withinLimits ? 0 : 1 }
}

async function runCoverage(_: Options, say: Say): Promise<Outcome> {
  const report = await measureCoverage()
  say(formatCoverage(report))
  const held = report.percent >= LEAST_PERCENT
  return { numbers: { branchCoverage: report.percent }, passed: held ? 1 : 0, failed: held ? 0 : 1 }
}

async function runMutantsPart({ mutants: names }: Options, say: Say): Promise<Outcome> {
  const all = await readMutants()
  const unknown = names.filter((name) => !all.some((mutant) => mutant.name === name))
  if (unknown.length > 0)
    throw new Error(`There is no mutant named ${unknown.join(', ')}: test/contracts/mutants has them.`)
  const results = await runMutants(names.length === 0 ? all : all.filter(({ name }) => names.includes(name)), say)
  const caught = results.filter(({ verdict }) => verdict.kind === 'caught').length
  say(`${results.length} mutants, ${caught} caught`)
  return {
    numbers: { mutantsCaught: caught, mutants: results.length },
    passed: caught,
    failed: results.length - caught,
  }
}

async function runInvariants({ long, seed }: Options, say: Say): Promise<Outcome> {
  const report = await measureInvariants(long ? LONG : USUAL, seed)
  say(formatInvariants(report))
  const tooFew = long && report.stateCalls < LONG_STATE_CALLS
  if (tooFew) say(`A long run has to change the state of the contracts ${LONG_STATE_CALLS} times.`)
  return {
    numbers: { invariantCalls: report.successfulCalls, violations: report.violations.length },
    passed: report.invariants - report.violations.length,
    failed: report.violations.length + report.rare.length + (tooFew ? 1 : 0),
  }
}

async function runSlither(_: Options, say: Say): Promise<Outcome> {
  const report = await findIssues()
  say(formatSlither(report))
  const failed = report.unexplained.length + report.stale.length
  return { numbers: {}, passed: report.findings.length - report.unexplained.length, failed }
}

async function runProofs(_: Options, say: Say): Promise<Outcome> {
  const proofs = await proveClaims()
  say(formatProofs(proofs))
  const passed = proofs.filter(({ shown }) => shown).length
  return { numbers: {}, passed, failed: proofs.length - passed }
}
