/**
 * Everything that can be said about the code without running it: `./chiral check [name…]`.
 *
 * All checks run, two at a time, even when one fails; the exit code is 1 when any did.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Outcome, runToEnd, stopChildrenOnSignals } from './child-process.ts'
import { repositoryRoot } from './generated-files.ts'

type Check = {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

/** Two, since the smallest machines we mean to serve have two cores and most of these tools use one. */
const CONCURRENCY = 2

/** A compilation of all contracts on a busy machine takes about a minute. */
const TIMEOUT_MS = 5 * 60_000

const EXIT_USAGE = 2

/** The slow ones first, so that the others fill the second place beside them. */
const CHECKS: readonly Check[] = [
  { name: 'generated', command: script('generate.ts', '--check') },
  { name: 'types', command: tool('tsc', '--noEmit', '--project', 'tsconfig.json') },
  { name: 'browser types', command: tool('tsc', '--noEmit', '--project', 'tsconfig.browser.json') },
  { name: 'lint', command: tool('biome', 'ci', '--colors=off', '.') },
  { name: 'contracts', command: tool('solhint', '--disc', '--noPoster', '--max-warnings', '0', ...soliditySources()) },
  { name: 'boundaries', command: tool('depcruise', '--config', '.dependency-cruiser.cjs', 'src') },
  { name: 'dead code', command: tool('knip', '--no-config-hints') },
  { name: 'lockfile', command: script('complete-lockfile.ts', '--check') },
  { name: 'spec quotes', command: script('check-spec-quotes.ts') },
  { name: 'self reference', command: script('check-self-reference.ts') },
  { name: 'file length', command: script('check-file-length.ts') },
]

stopChildrenOnSignals()
const chosen = choose(process.argv.slice(2))
if (chosen) process.exitCode = (await runAll(chosen)) ? 0 : 1
else process.exitCode = EXIT_USAGE

function choose(names: readonly string[]): readonly Check[] | undefined {
  const unknown = names.find((name) => !CHECKS.some((check) => check.name === name))
  if (unknown === undefined) return names.length === 0 ? CHECKS : CHECKS.filter(({ name }) => names.includes(name))
  const known = CHECKS.map(({ name }) => `"${name}"`).join(', ')
  console.error(`There is no check named "${unknown}": choose among ${known}.`)
  return undefined
}

/** Resolves to whether all of them passed. */
async function runAll(checks: readonly Check[]): Promise<boolean> {
  const waiting = [...checks]
  const failed: string[] = []
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const outcome = await runToEnd(check.command, { timeoutMs: TIMEOUT_MS, env: { ...process.env, NO_COLOR: '1' } })
      if (!report(check, outcome)) failed.push(check.name)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  console.log(failed.length === 0 ? `${checks.length} checks ok` : `FAILED: ${failed.join(', ')}`)
  return failed.length === 0
}

/** One line for a check that passed, and the tool's own words for one that did not. */
function report({ name }: Check, { exitCode, timedOut, durationMs, output }: Outcome): boolean {
  const passed = exitCode === 0 && !timedOut
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)}${(durationMs / 1000).toFixed(1).padStart(6)} s`)
  if (!passed) console.log(output.trim().replace(/^/gm, '    '))
  if (timedOut) console.log(`    It was stopped after ${TIMEOUT_MS / 1000} seconds.`)
  return passed
}

function tool(name: string, ...args: string[]): readonly [string, ...string[]] {
  return [process.execPath, join(repositoryRoot, 'node_modules/.bin', name), ...args]
}

function script(name: string, ...args: string[]): readonly [string, ...string[]] {
  return [process.execPath, join(repositoryRoot, 'scripts', name), ...args]
}

/** solhint fails on a pattern without files. */
function soliditySources(): string[] {
  return ['contracts', 'test/contracts']
    .filter((folder) => existsSync(join(repositoryRoot, folder)))
    .map((folder) => `${folder}/**/*.sol`)
}
