/** Runs one suite in a process of its own and counts its tests. */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Outcome, runToEnd } from './child-process.ts'
import { repositoryRoot } from './generated-files.ts'
import { countHeld } from './second-try.ts'
import { type Counts, findUnexcused, parseHardhatOutput, parseMochaSummary, type Suite } from './test-suites.ts'

const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: [] }

/** What a test left running may go on for ever. A process that nothing holds ends within a second of its last test. */
const LEFT_OVER_MS = 20_000

/** The runner ends itself after one such time. When it has not after so many, it is held by something that its event loop does not know of. */
const LEFT_OVERS = 3

export type Result = {
  readonly suite: Suite
  readonly minutes: number
  readonly counts: Counts
  /** Sentences on why the suite failed, besides its failed tests. */
  readonly problems: readonly string[]
}

export type SuiteOptions = {
  readonly grep: string | undefined
  /** Paths of test files; default: all of the suite. */
  readonly specs?: readonly string[]
  /** Folder in which Node keeps what it has compiled: a third of what the hundreds of short processes of a run would do. */
  readonly compileCache: string
  /** How long it may go on after its last test; default: {@link LEFT_OVER_MS}. */
  readonly leftOverMs?: number
  readonly onOutput: (text: string) => void
}

export async function runSuite(suite: Suite, options: SuiteOptions): Promise<Result> {
  const { grep, specs = specsOf(suite), compileCache, leftOverMs = LEFT_OVER_MS, onOutput } = options
  const command = commandOf(suite, grep, specs)
  if (!command) return { suite, minutes: 0, counts: NO_TESTS, problems: problemsOfCounts(NO_TESTS, grep) }
  const folder = mkdtempSync(join(tmpdir(), 'chiral-test-'))
  const summaryPath = join(folder, 'summary.json')
  const ended = watchForEnd(summaryPath, LEFT_OVERS * leftOverMs)
  try {
    const outcome = await runToEnd(command, {
      timeoutMs: suite.timeoutMs,
      signal: ended.signal,
      env: {
        ...process.env,
        CHIRAL_TEST_SUMMARY: summaryPath,
        CHIRAL_TEST_LEFT_OVER_MS: String(leftOverMs),
        // What tests leave behind, those above all that were killed, goes with the folder.
        TMPDIR: folder,
        HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
        ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
        // What comes from a cache is not counted as exactly.
        ...(process.env['NODE_V8_COVERAGE'] === undefined && { NODE_COMPILE_CACHE: compileCache }),
      },
      onOutput,
    })
    const counts = suite.runner === 'hardhat' ? parseHardhatOutput(outcome.output) : readSummary(summaryPath)
    const heldBy = counts?.heldBy ?? (ended.signal.aborted ? 'nothing that Node.js knows of' : undefined)
    return {
      suite,
      minutes: outcome.durationMs / 60_000,
      ...(counts && heldBy !== undefined
        ? { counts: countHeld(counts, heldBy), problems: problemsOfCounts(counts, grep) }
        : { counts: counts ?? NO_TESTS, problems: problemsOf(suite, outcome, counts, grep) }),
    }
  } finally {
    ended.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A signal that comes when the tests have been over for that long. */
function watchForEnd(summaryPath: string, afterMs: number): { readonly signal: AbortSignal; close(): void } {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(dirname(summaryPath), () => {
    if (existsSync(summaryPath)) timer ??= setTimeout(() => controller.abort(), afterMs)
  })
  return {
    signal: controller.signal,
    close: () => {
      watcher.close()
      clearTimeout(timer)
    },
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
