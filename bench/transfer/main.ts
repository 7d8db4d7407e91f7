import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { beginningWith, MIB, makeFile } from '../processes.ts'
import { report, type Sample } from './report.ts'
import { isUsable, SYSTEMS, type System } from './systems.ts'

/**
 * chiral bench transfer [--size MiB] [--runs N] [--windows 1,8,32] [--without helia] [--json]
 *
 * Two processes a transfer, on loopback; the systems take turns in every run, each run beginning with another, so that what disturbs the
 * machine disturbs all of them. Every leecher starts from nothing (a new wallet without credit), verifies every chunk and writes the file.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '512' },
    runs: { type: 'string', default: '5' },
    windows: { type: 'string', default: '1,8,32' },
    without: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
})
const sizeBytes = Number(values.size) * MIB
const windows = values.windows.split(',').map(Number)
const runs = Number(values.runs)
if (!(sizeBytes > 0) || !(runs > 0) || !windows.every((window) => window >= 1 && window <= 64)) {
  console.error('chiral: bench transfer needs a --size in MiB, --runs above zero and --windows between 1 and 64.')
  process.exit(2)
}

const directory = await mkdtemp(join(tmpdir(), 'chiral-bench-'))
const stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true }))
process.once('SIGINT', () => void stack.disposeAsync().then(() => process.exit(130)))
try {
  const systems = SYSTEMS.filter(({ name }) => !values.without.includes(name))
  const used: System[] = []
  for (const system of systems) if (await isUsable(system)) used.push(system)
  const file = join(directory, 'file.bin')
  await makeFile(file, sizeBytes)
  const chain = await startDevChain({ directory: join(directory, 'chain'), log: silentLogger })
  stack.defer(() => chain.stop())
  const context = { directory, file, rpcUrl: chain.rpcUrl }
  const seeders = new Map<System, Awaited<ReturnType<System['seed']>>>()
  for (const system of used) {
    const seeder = await system.seed(context)
    stack.defer(() => seeder.stop())
    seeders.set(system, seeder)
  }
  const samples: Sample[] = []
  for (let run = 1; run <= runs; run++)
    for (const window of windows)
      for (const system of beginningWith(used, run)) {
        if (system.window !== undefined && system.window !== window) continue
        const seeder = seeders.get(system)
        if (seeder === undefined) continue
        const work = await mkdtemp(join(directory, 'run-'))
        const { seconds, bytes } = await system.leech(context, seeder, { window, work })
        await rm(work, { recursive: true, force: true })
        const mbPerSecond = bytes / seconds / 1e6
        samples.push({ system: system.name, window, mbPerSecond })
        console.error(
          `run ${run}  window ${String(window).padStart(2)}  ${system.name.padEnd(13)} ${mbPerSecond.toFixed(1)} MB/s`,
        )
      }
  report(samples, { windows, json: values.json, sizeBytes, runs })
} finally {
  await stack.disposeAsync()
}
