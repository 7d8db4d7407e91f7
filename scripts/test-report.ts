/** What is said of all suites when they have run. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './generated-files.ts'
import type { Result } from './run-suite.ts'
import { describeFailures, type Failure, FOLDERS_WITHOUT_TESTS, SUITES } from './test-suites.ts'

export type FinalResult = Result & {
  /** What passed only when its file ran once more. */
  readonly unsteady: readonly Failure[]
}

/**
 * Prints what failed, a table of the suites and the line of all counts.
 *
 * @param forgotten of {@link forgottenFolders} @returns whether all is well
 */
export function report(results: readonly FinalResult[], forgotten: readonly string[]): boolean {
  const problems = [...results.flatMap((result) => result.problems), ...forgotten]
  for (const folder of forgotten) console.log(`\n${folder}`)
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
  return failed === 0 && passed > 0
}

/** Sentences on folders of tests that no suite runs. */
export function forgottenFolders(): string[] {
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
