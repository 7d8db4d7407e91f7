import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { startTestTracker } from '../../test/support/webtorrent-seeder.ts'
import { MIB, type Moved, makeFile, runLeecher, type Seeder, startSeeder } from '../processes.ts'
import type { SeedOptions } from '../transfer/chiral.ts'
import { startPage } from './page.ts'
import { report, type Sample, WAYS, type Way } from './report.ts'

/**
 * chiral bench webtorrent [--size MiB] [--runs N] [--without ways] [--json]
 *
 * A free file over WebRTC, through one tracker, within this machine: our node and stock WebTorrent, to each other and to stock WebTorrent in a headless
 * Chromium. The ways take turns. How long it takes from announcing to the first open connection is told beside it.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '64' },
    runs: { type: 'string', default: '5' },
    without: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
})
const sizeBytes = Number(values.size) * MIB
const runs = Number(values.runs)
if (!(sizeBytes > 0) || !(runs > 0) || !values.without.every((name) => WAYS.some((way) => way === name))) {
  console.error(
    `chiral: bench webtorrent needs a --size in MiB, --runs above zero, and ${WAYS.join(', ')} after --without.`,
  )
  process.exit(2)
}
const ways = WAYS.filter((way) => !values.without.includes(way))
const CHIRAL = fileURLToPath(new URL('../transfer/chiral.ts', import.meta.url))
const STOCK = fileURLToPath(new URL('stock.mjs', import.meta.url))
const WINDOW = '32'

const directory = await mkdtemp(join(tmpdir(), 'chiral-webrtc-'))
const stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
process.once('SIGINT', () => void stack.disposeAsync().then(() => process.exit(130)))
try {
  const tracker = await startTestTracker()
  stack.defer(() => tracker.stop())
  const chain = await startDevChain({ directory: join(directory, 'chain'), log: silentLogger })
  stack.defer(() => chain.stop())
  // Of one file both would be in one swarm.
  const [ours, stock] = [await seedOurs(chain.rpcUrl, tracker.url), await seedStock(tracker.url)]
  const page = ways.some((way) => way.endsWith('-page')) ? await startPage(directory) : undefined
  if (page !== undefined) stack.defer(() => page.stop())
  const leech = (way: Way, { ready }: Seeder, work: string): Promise<Moved> => {
    const infohash = String(ready['infohash'])
    if (way.endsWith('-page'))
      return page?.leech(infohash, tracker.url) ?? Promise.reject(new Error('there is no page'))
    if (way.endsWith('-stock')) return runLeecher(STOCK, ['leech', infohash, tracker.url, work], { stock: true })
    const from = [String(ready['id']), String(ready['address'])]
    return runLeecher(CHIRAL, [
      'leech',
      join(work, 'node'),
      chain.rpcUrl,
      ...from,
      join(work, 'out'),
      WINDOW,
      'webtorrent',
    ])
  }
  const samples: Sample[] = []
  for (let run = 1; run <= runs; run++)
    for (const way of ways) {
      const seeder = way.startsWith('ours-') ? ours : stock
      const work = await mkdtemp(join(directory, 'run-'))
      const before = seeder.cpuSeconds()
      const moved = await leech(way, seeder, work)
      samples.push(sampleOf(way, moved, seeder.cpuSeconds() - before))
      await rm(work, { recursive: true, force: true })
      const { mbPerSecond, firstConnectionMs } = sampleOf(way, moved, 0)
      console.error(
        `run ${run}  ${way.padEnd(12)} ${mbPerSecond.toFixed(1)} MB/s, connected after ${firstConnectionMs.toFixed(0)} ms`,
      )
    }
  report(samples, { json: values.json, sizeBytes, runs })
} finally {
  await stack.disposeAsync()
}

async function seedOurs(rpcUrl: string, tracker: string): Promise<Seeder> {
  const file = join(directory, 'ours.bin')
  await makeFile(file, sizeBytes)
  const options: SeedOptions = {
    uploads: { protocols: ['bitswap', 'webtorrent'] },
    bittorrent: { listen: 'off', trackers: [tracker] },
  }
  const seeder = await startSeeder(CHIRAL, [
    'seed',
    join(directory, 'node'),
    rpcUrl,
    file,
    '0',
    JSON.stringify(options),
  ])
  stack.defer(() => seeder.stop())
  return seeder
}

async function seedStock(tracker: string): Promise<Seeder> {
  const file = join(directory, 'stock.bin')
  await makeFile(file, sizeBytes)
  const seeder = await startSeeder(STOCK, ['seed', file, tracker], { stock: true })
  stack.defer(() => seeder.stop())
  return seeder
}

function sampleOf(way: Way, moved: Moved, seederCpuSeconds: number): Sample {
  const { seconds, bytes, cpuSeconds = 0, firstConnectionMs = 0, bySource = [] } = moved
  const others = bySource.filter(({ protocol, chunks }) => chunks > 0 && protocol !== 'webtorrent')
  if (others.length > 0) throw new Error(`${way}: chunks came by ${others[0]?.protocol}`)
  const perMb = (cpu: number): number => (cpu * 1e9) / bytes
  return {
    way,
    mbPerSecond: bytes / seconds / 1e6,
    firstConnectionMs,
    leecherMs: perMb(cpuSeconds),
    seederMs: perMb(seederCpuSeconds),
  }
}
