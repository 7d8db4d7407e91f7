/**
 * Runs every generator: `scripts/generate-*.ts` and `scripts/genesis.ts`. With `--check` nothing is written; stale files
 * are named, and the exit code is 1.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { repositoryRoot } from './generated-files.ts'

const generators = globSync(['scripts/generate-*.ts', 'scripts/genesis.ts'], { cwd: repositoryRoot }).sort()

for (const generator of generators) {
  const { status } = spawnSync(process.execPath, [generator, ...process.argv.slice(2)], {
    cwd: repositoryRoot,
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
