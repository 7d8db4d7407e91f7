/**
 * The branches of the contracts that the Solidity tests take.
 *
 * Measured by forge, without optimizer and IR: then each branch of the source is one of the code. Hardhat's `--coverage` counts lines and
 * statements only. A branch is one side of an `if`; the sides of `?:`, `&&` and `||` count as none, which is what the mutants are for.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BranchCount, parseLcovBranches } from './forge-output.ts'
import { createFoundryProject, runForge } from './foundry-project.ts'

export const LEAST_PERCENT = 98

/** Building takes five seconds without the optimizer, and the tests two, on a quiet core. */
const TIMEOUT_MS = 10 * 60_000

export type CoverageReport = {
  readonly files: readonly BranchCount[]
  readonly percent: number
}

export async function measureCoverage(): Promise<CoverageReport> {
  const project = await createFoundryProject({ optimized: false })
  try {
    const args = ['coverage', '--report', 'lcov', '--report-file', 'lcov.info']
    const { exitCode, output } = await runForge(project, args, { timeoutMs: TIMEOUT_MS })
    if (exitCode !== 0) throw new Error(`forge could not measure the coverage:\n${output}`)
    return makeCoverageReport(await readFile(join(project.root, 'lcov.info'), 'utf8'))
  } finally {
    await project.remove()
  }
}

/** Mocks are tools of the tests, and what comes from packages is tested there. */
export function makeCoverageReport(lcov: string): CoverageReport {
  const files = parseLcovBranches(lcov).filter(
    ({ file }) => file.startsWith('contracts/') && !file.startsWith('contracts/mocks/'),
  )
  const found = files.reduce((sum, file) => sum + file.found, 0)
  const hit = files.reduce((sum, file) => sum + file.hit, 0)
  if (found === 0) throw new Error('The coverage report has no branch of contracts/.')
  return { files, percent: (100 * hit) / found }
}

export function formatCoverage({ files, percent }: CoverageReport): string {
  const row = (name: string, taken: string, all: string): string =>
    name.padEnd(50) + taken.padStart(8) + all.padStart(8)
  return [
    row('branches', 'taken', 'of'),
    ...files.map(({ file, found, hit }) => row(file, String(hit), String(found))),
    `${percent.toFixed(2)} % of all branches; ${LEAST_PERCENT} % is the least`,
  ].join('\n')
}
