import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { beginningWith, MIB, type Moved, makeFile, runLeecher, type Seeder, startSeeder } from '../processes.ts'
import { chiral, type Pair, PRICE_WEI } from '../transfer/chiral-system.ts'
import { PAIRS, type PairName, report, type Sample, type SourceSample } from './report.ts'
import { SOURCES, startSources } from './sources.ts'

/**
 * chiral bench http [--size MiB] [--runs N] [--without pairs] [--json]
 *
 * What HTTP costs, in three parts whose members take turns in every run. `pairs`: two nodes of ours, free and paid, against express and undici, which verify
 * or do not; what is paid once by a new wallet, whose credit has to grow first, and once more by the same for the `next` file.
 * `sources`: one download from three seeders that speak a protocol each, against each of them alone. `capped`: the same, each of them on a
 * line of its own that is slow.
 */
const PARTS = ['pairs', 'sources', 'capped']
/** Of each slow line, in bytes: a good home line. */
const CAP_BYTES_PER_SECOND = 10_000_000
const WINDOW = 32
/** Ranges that the whole file is fetched in: those that stock parts have under way at once. */
const RANGES = 8

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    runs: { type: 'string', default: '5' },
    without: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
})
const sizeBytes = Number(values.size) * MIB
const runs = Number(values.runs)
if (!(sizeBytes > 0) || !(runs > 0) || !values.without.every((part) => PARTS.includes(part))) {
  console.error(
    'chiral: bench http needs a --size in MiB, --runs above zero, and pairs, sources or capped after --without.',
  )
  process.exit(2)
}
const isWanted = (part: string): boolean => !values.without.includes(part)

const directory = await mkdtemp(join(tmpdir(), 'chiral-http-'))
const stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true }))
process.once('SIGINT', () => void stack.disposeAsync().then(() => process.exit(130)))
const samples: Sample[] = []
try {
  const file = join(directory, 'file.bin')
  await makeFile(file, sizeBytes)
  const chain = await startDevChain({ directory: join(directory, 'chain'), log: silentLogger })
  stack.defer(() => chain.stop())
  const context = { directory, file, rpcUrl: chain.rpcUrl, sizeBytes }
  if (isWanted('pairs')) await measurePairs(context)
  if (isWanted('sources')) await measureSources(context, [...SOURCES, 'all'])
  if (isWanted('capped')) await measureSources(context, ['slow-all'])
  report(samples, { json: values.json, sizeBytes, runs, capMbPerSecond: CAP_BYTES_PER_SECOND / 1e6 })
} finally {
  await stack.disposeAsync()
}

async function measurePairs(context: Parameters<Pair['seed']>[0]): Promise<void> {
  const nextFile = join(directory, 'next.bin')
  await makeFile(nextFile, sizeBytes)
  const pairs: Readonly<Record<PairName, Pair>> = {
    free: chiral('free', { priceWei: '0', protocol: 'http', nextFile }),
    paid: chiral('paid', { priceWei: PRICE_WEI, protocol: 'http', nextFile }),
    stock: stock(Math.ceil(sizeBytes / RANGES)),
    'stock-chunks': stock(CHUNK_SIZE_BYTES),
    'stock-verified': stock(CHUNK_SIZE_BYTES, { verifies: true }),
  }
  await using seeders = new AsyncDisposableStack()
  const started = new Map<PairName, Seeder>()
  for (const name of PAIRS) {
    const seeder = await pairs[name].seed(context)
    seeders.defer(() => seeder.stop())
    started.set(name, seeder)
  }
  for (let run = 1; run <= runs; run++)
    for (const [name, seeder] of beginningWith([...started], run))
      await sample(run, name, {
        leech: (work) => pairs[name].leech(context, seeder, { window: WINDOW, work }),
        seederCpuSeconds: () => seeder.cpuSeconds(),
      })
}

async function measureSources(
  context: Parameters<typeof startSources>[0],
  members: readonly SourceSample[],
): Promise<void> {
  const isSlow = members.includes('slow-all')
  const sources = await startSources(context, isSlow ? CAP_BYTES_PER_SECOND : undefined)
  try {
    for (let run = 1; run <= runs; run++)
      for (const name of beginningWith(members, run))
        await sample(run, name, {
          leech: (work) => sources.leech(name === 'slow-all' ? 'all' : name, work),
          seederCpuSeconds: () => sources.cpuSeconds(),
        })
  } finally {
    await sources.stop()
  }
}

async function sample(
  run: number,
  of: PairName | SourceSample,
  by: { readonly leech: (work: string) => Promise<Moved>; readonly seederCpuSeconds: () => number },
): Promise<void> {
  const work = await mkdtemp(join(directory, 'run-'))
  const before = by.seederCpuSeconds()
  const moved = await by.leech(work)
  const seederCpuSeconds = by.seederCpuSeconds() - before
  await rm(work, { recursive: true, force: true })
  // What the seeder used cannot be told apart: both files get half.
  const parts = [moved, ...(moved.next === undefined ? [] : [moved.next])]
  note(run, of, moved, seederCpuSeconds / parts.length)
  if (moved.next !== undefined && (of === 'free' || of === 'paid'))
    note(run, `${of}-next`, moved.next, seederCpuSeconds / parts.length)
}

function note(
  run: number,
  of: Sample['of'],
  { seconds, bytes, cpuSeconds = 0 }: Moved,
  seederCpuSeconds: number,
): void {
  const mbPerSecond = bytes / seconds / 1e6
  const [leecherMs, seederMs] = [(cpuSeconds * 1e9) / bytes, (seederCpuSeconds * 1e9) / bytes]
  samples.push({ of, mbPerSecond, leecherMs, seederMs })
  const cpu = `${leecherMs.toFixed(2)} + ${seederMs.toFixed(2)} ms of leecher's and seeder's processor a MB`
  console.error(`run ${run}  ${of.padEnd(12)} ${mbPerSecond.toFixed(1).padStart(7)} MB/s  ${cpu}`)
}

function stock(pieceBytes: number, { verifies = false } = {}): Pair {
  const script = fileURLToPath(new URL('stock.ts', import.meta.url))
  return {
    seed: ({ file }) => startSeeder(script, ['seed', file], { stock: true }),
    leech: ({ file }, { ready }, { work }) => {
      const args = [String(ready['url']), String(ready['bytes']), join(work, 'out'), String(pieceBytes)]
      return runLeecher(script, ['leech', ...args, ...(verifies ? [file] : [])], { stock: true })
    },
  }
}
