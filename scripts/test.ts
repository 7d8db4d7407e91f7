/**
 * Runs the test suites: `./chiral test [--long] [--grep PATTERN] [suite…]`.
 *
 * The last line is `N passed, N failed, N skipped`. The exit code is 1 when a test failed, a suite ran no test, hung or
 * broke, or a test was skipped that could have run.
 */
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Outcome, runToEnd, stopChildrenOnSignals } from './child-process.ts'
import { repositoryRoot } from './generated-files.ts'
import { afterSecondTry, filesToTryAgain } from './second-try.ts'
import {
  type Counts,
  describeFailures,
  type Failure,
  FOLDERS_WITHOUT_TESTS,
  findUnexcused,
  parseHardhatOutput,
  parseMochaSummary,
  SUITES,
  type Suite,
} from './test-suites.ts'

const EXIT_USAGE = 2

const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: [] }

type Result = {
  readonly suite: Suite
  readonly minutes: number
  readonly counts: Counts
  /** Sentences on why the suite failed, besides its failed tests. */
  readonly problems: readonly string[]
  /** What passed only when its file ran once more. */
  readonly unsteady: readonly Failure[]
}

type Options = { readonly long: boolean; readonly grep: string | undefined; readonly names: readonly string[] }

stopChildrenOnSignals()
const options = parseOptions()
const suites = options && chooseSuites(options)
process.exitCode = suites ? await runSuites(suites, options) : EXIT_USAGE

function parseOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { long: { type: 'boolean' }, grep: { type: 'string' } },
    })
    return { long: values.long === true, grep: values.grep, names: positionals }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return undefined
  }
}

function chooseSuites({ long, names }: Options): readonly Suite[] | undefined {
  const unknown = names.find((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown !== undefined) {
    console.error(`There is no suite named "${unknown}": choose among ${SUITES.map(({ name }) => name).join(', ')}.`)
    return undefined
  }
  return SUITES.filter((suite) => (names.length > 0 ? names.includes(suite.name) : long || !suite.long))
}

/** Resolves to the exit code. */
async function runSuites(chosen: readonly Suite[], { grep }: Options): Promise<number> {
  const results: Result[] = []
  for (const suite of chosen) {
    console.log(`\n=== ${suite.name} ===`)
    const result = await runSuite(suite, grep)
    for (const problem of result.problems) console.log(`\n${suite.name}: ${problem}`)
    console.log(`\n=== ${suite.name}: ${result.minutes.toFixed(1)} minutes ===`)
    results.push(result)
  }
  const problems = [...results.flatMap((result) => result.problems), ...forgottenFolders()]
  for (const folder of forgottenFolders()) console.log(`\n${folder}`)
  for (const { suite, counts } of results)
    for (const failure of describeFailures(suite.name, counts.failures)) console.log(`\nFAILED ${failure}`)
  for (const { suite, unsteady } of results)
    for (const failure of describeFailures(suite.name, unsteady))
      console.log(`\nPASSED ONLY AT THE SECOND TRY ${failure}`)
  printTable(results)
  const passed = results.reduce((sum, { counts }) => sum + counts.passed, 0)
  // A suite that broke before or after its tests counts as one failure, so that the closing line tells.
  const failed = results.reduce((sum, { counts }) => sum + counts.failed, 0) + problems.length
  const skipped = results.reduce((sum, { counts }) => sum + counts.skipped.length, 0)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 && passed > 0 ? 0 : 1
}

async function runSuite(suite: Suite, grep: string | undefined): Promise<Result> {
  const first = await runOnce(suite, grep, specsOf(suite))
  const again = suite.secondTry === true && first.problems.length === 0 ? filesToTryAgain(first.counts) : []
  if (again.length === 0) return first
  console.log(`\n${suite.name}: what failed runs once more, alone.`)
  const second = await runOnce(suite, grep, again)
  const minutes = first.minutes + second.minutes
  if (second.problems.length > 0) return { ...first, minutes, problems: second.problems }
  return { suite, minutes, problems: [], ...afterSecondTry(first.counts, second.counts) }
}

async function runOnce(suite: Suite, grep: string | undefined, specs: readonly string[]): Promise<Result> {
  const command = commandOf(suite, grep, specs)
  if (!command) return { suite, minutes: 0, counts: NO_TESTS, problems: problemsOfCounts(NO_TESTS, grep), unsteady: [] }
  const folder = mkdtempSync(join(tmpdir(), 'chiral-test-'))
  const summaryPath = join(folder, 'summary.json')
  try {
    const outcome = await runToEnd(command, {
      timeoutMs: suite.timeoutMs,
      env: {
        ...process.env,
        CHIRAL_TEST_SUMMARY: summaryPath,
        HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
        ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
      },
      onOutput: (text) => process.stdout.write(text),
    })
    const counts = suite.runner === 'hardhat' ? parseHardhatOutput(outcome.output) : readSummary(summaryPath)
    return {
      suite,
      minutes: outcome.durationMs / 60_000,
      counts: counts ?? NO_TESTS,
      problems: problemsOf(suite, outcome, counts, grep),
      unsteady: [],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function problemsOf(suite: Suite, outcome: Outcome, counts: Counts | undefined, grep: string | undefined): string[] {
  if (outcome.timedOut) return [`it still ran after ${suite.timeoutMs / 60_000} minutes and was stopped.`]
  if (counts === undefined) return [`it ended with exit code ${outcome.exitCode} and no counts.`]
  const problems = problemsOfCounts(counts, grep)
  if (outcome.exitCode !== 0 && counts.failed === 0) problems.push(`it ended with exit code ${outcome.exitCode}.`)
  return problems
}

function problemsOfCounts({ passed, failed, skipped }: Counts, grep: string | undefined): string[] {
  const problems = findUnexcused(skipped).map(
    (title) => `a test was skipped that should have run: ${title || '(unnamed)'}`,
  )
  // Some suites have no test that a pattern matches; without a pattern, a suite without tests is a mistake.
  if (grep === undefined && passed + failed === 0) problems.push('it ran no test.')
  return problems
}

/** `undefined` for a suite without tests, of which mocha would run everything it finds, or without any that a pattern could match. */
function commandOf(
  suite: Suite,
  grep: string | undefined,
  specs: readonly string[],
): readonly [string, ...string[]] | undefined {
  const filter = grep === undefined ? [] : ['--grep', grep]
  if (suite.runner === 'hardhat') {
    const hardhat = join(repositoryRoot, 'node_modules/hardhat/dist/src/cli.js')
    return [process.execPath, hardhat, '--network', 'default', 'test', ...filter]
  }
  if (suite.runner === 'contracts') {
    const script = join(repositoryRoot, 'scripts/contracts.ts')
    return grep === undefined ? [process.execPath, script, ...(suite.parts ?? [])] : undefined
  }
  const mocha = join(repositoryRoot, 'node_modules/mocha/bin/mocha.js')
  if (specs.length === 0) return undefined
  const reporter = ['--reporter', 'scripts/mocha-summary.cjs']
  return [process.execPath, mocha, '--config', 'test/.mocharc.json', ...reporter, ...filter, ...specs]
}

function specsOf({ folders }: Suite): string[] {
  const patterns = folders.map((folder) => `test/${folder}/**/*.test.ts`)
  return globSync(patterns, { cwd: repositoryRoot }).sort()
}

function readSummary(path: string): Counts | undefined {
  return existsSync(path) ? parseMochaSummary(readFileSync(path, 'utf8')) : undefined
}

/** A folder of tests that no suite runs. */
function forgottenFolders(): string[] {
  const known = new Set([...SUITES.flatMap(({ folders }) => folders), ...FOLDERS_WITHOUT_TESTS])
  return readdirSync(join(repositoryRoot, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !known.has(entry.name))
    .map(({ name }) => `test/${name} belongs to no suite: add it to scripts/test-suites.ts.`)
}

function printTable(results: readonly Result[]): void {
  const row = (...cells: (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(9))).join('')
  console.log(`\n${row('suite', 'minutes', 'passed', 'failed', 'skipped')}`)
  for (const { suite, minutes, counts, problems } of results) {
    const note = problems.length === 0 ? '' : `  ${problems.join(' ')}`
    console.log(row(suite.name, minutes.toFixed(1), counts.passed, counts.failed, counts.skipped.length) + note)
  }
}
