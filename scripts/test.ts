/**
 * Runs the test suites: `./chiral test [--long] [--grep PATTERN] [suite…]`.
 *
 * As many at once as there are cores, each shown when it has ended; one alone is shown while it runs. The last line is
 * `N passed, N failed, N skipped`. The exit code is 1 when a test failed, a suite ran no test, hung or broke, or a test was skipped that
 * could have run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopChildrenOnSignals } from './child-process.ts'
import { runInLanes } from './lanes.ts'
import { type Result, runSuite } from './run-suite.ts'
import { afterSecondTry, filesToTryAgain } from './second-try.ts'
import { type FinalResult, forgottenFolders, report } from './test-report.ts'
import { SUITES, type Suite } from './test-suites.ts'

const EXIT_USAGE = 2

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
  const compileCache = mkdtempSync(join(tmpdir(), 'chiral-compiled-'))
  process.once('exit', () => rmSync(compileCache, { recursive: true, force: true }))
  const cores = availableParallelism()
  const first = await runInLanes(chosen, cores, chosen.length === 1 || cores === 1 ? runShown : runBuffered)
  const results: FinalResult[] = []
  // With the machine for themselves: what needs a second try, may have wanted time.
  for (const result of first) results.push(await tryAgain(result))
  return report(results, forgottenFolders()) ? 0 : 1

  async function runShown(suite: Suite): Promise<Result> {
    console.log(`\n=== ${suite.name} ===`)
    const result = await runSuite(suite, { grep, compileCache, onOutput: show })
    showEnd(result)
    return result
  }

  async function runBuffered(suite: Suite): Promise<Result> {
    console.log(`\n=== ${suite.name} begins ===`)
    const output: string[] = []
    const result = await runSuite(suite, { grep, compileCache, onOutput: (text) => output.push(text) })
    console.log(`\n=== ${suite.name} ===`)
    show(output.join(''))
    showEnd(result)
    return result
  }

  async function tryAgain(result: Result): Promise<FinalResult> {
    const { suite, counts } = result
    const specs = suite.secondTry === true && result.problems.length === 0 ? filesToTryAgain(counts) : []
    if (specs.length === 0) return { ...result, unsteady: [] }
    console.log(`\n=== ${suite.name} ===\n\nWhat failed runs once more, alone.`)
    const second = await runSuite(suite, { grep, specs, compileCache, onOutput: show })
    const minutes = result.minutes + second.minutes
    showEnd({ ...second, minutes })
    if (second.problems.length > 0) return { ...result, minutes, problems: second.problems, unsteady: [] }
    return { suite, minutes, problems: [], ...afterSecondTry(counts, second.counts) }
  }
}

function show(text: string): void {
  process.stdout.write(text)
}

function showEnd({ suite, minutes, problems }: Result): void {
  for (const problem of problems) console.log(`\n${suite.name}: ${problem}`)
  console.log(`\n=== ${suite.name}: ${minutes.toFixed(1)} minutes ===`)
}
