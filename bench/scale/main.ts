import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { parseWei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { cpuSecondsOf, MIB, type Moved, makeFile } from '../processes.ts'
import { chiral, PRICE_WEI } from '../transfer/chiral-system.ts'
import { median } from '../transfer/report.ts'

/**
 * chiral bench scale [--sizes MiB,…] [--channels N,…] [--runs N] [--held] [--json]
 *
 * Two curves. What a paid chunk costs in files of growing size: one seeder and one leecher, as `bench transfer` runs them, and two files. And what a channel
 * costs a seeder that has more and more of them: so many payers, each with a channel and an authenticated stream, then chunks bought
 * one at a time by one payer after the other. The time of a chunk is the seeder's and that of the payers, who grow in number in a process of
 * their own; what a chunk takes of the seeder's processor is the seeder's alone. `--held` counts what a seeder's memory holds, without what V8
 * keeps resident for what may come.
 */
/** Chunks bought before the clock runs, so that code is compiled. */
const WARM_UP_CHUNKS = 200
const MEASURED_CHUNKS = 1_000

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000,10240' },
    channels: { type: 'string', default: '1,10,100,1000' },
    runs: { type: 'string', default: '3' },
    held: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const numbers = (text: string): number[] => text.split(',').filter(Boolean).map(Number)
const sizes = numbers(values.sizes)
const crowds = numbers(values.channels)
const runs = Number(values.runs)
if (![runs, ...sizes, ...crowds].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('chiral: bench scale needs whole numbers above zero for --sizes (MiB), --channels and --runs.')
  process.exit(2)
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const directory = await mkdtemp(join(tmpdir(), 'chiral-scale-'))
const stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true }))
process.once('SIGINT', () => void stack.disposeAsync().then(() => process.exit(130)))
try {
  const chain = await startDevChain({ directory: join(directory, 'chain'), log: silentLogger })
  stack.defer(() => chain.stop())
  const summary = { sizes: await sizeCurve(chain.rpcUrl), channels: await channelCurve(chain.rpcUrl) }
  if (values.json) console.log(JSON.stringify(summary))
  else {
    console.table(summary.sizes)
    console.table(summary.channels)
  }
} finally {
  await stack.disposeAsync()
}

/**
 * Milliseconds a chunk, by the clock and of the leecher's processor, in files of growing size: of a new wallet, which earns its credit chunk by chunk, and
 * of the next file of that size, which the same wallet buys. The sizes take turns.
 */
async function sizeCurve(rpcUrl: string) {
  const samples = new Map<number, Moved[]>()
  for (let run = 1; run <= runs; run++)
    for (const mib of sizes) {
      const work = await mkdtemp(join(directory, 'size-'))
      const [file, nextFile] = [join(work, 'file.bin'), join(work, 'next.bin')]
      for (const path of [file, nextFile]) await makeFile(path, mib * MIB)
      const system = chiral('paid', { priceWei: PRICE_WEI, protocol: 'bitswap', nextFile })
      const context = { directory: work, file, rpcUrl }
      const seeder = await system.seed(context)
      const moved = await system.leech(context, seeder, { window: 32, work })
      await seeder.stop()
      await rm(work, { recursive: true, force: true })
      samples.set(mib, [...(samples.get(mib) ?? []), moved])
      console.error(`run ${run}  ${mib} MiB  ${((mib * MIB) / moved.seconds / 1e6).toFixed(1)} MB/s`)
    }
  return sizes.map((mib) => {
    const chunks = chunkCount(mib * MIB)
    const of = (pick: (moved: Moved) => number | undefined): number =>
      rounded(((median(samples.get(mib)?.map((moved) => pick(moved) ?? 0) ?? []) ?? 0) * 1000) / chunks)
    return {
      mib,
      chunks,
      msPerChunk: of(({ seconds }) => seconds),
      cpuMsPerChunk: of(({ cpuSeconds }) => cpuSeconds),
      nextMsPerChunk: of(({ next }) => next?.seconds),
      nextCpuMsPerChunk: of(({ next }) => next?.cpuSeconds),
    }
  })
}

/** What a seeder holds in memory a channel, and how long it takes over a chunk, with so many channels. The numbers of channels take turns. */
async function channelCurve(rpcUrl: string) {
  const file = join(directory, 'crowd.bin')
  await makeFile(file, (WARM_UP_CHUNKS + MEASURED_CHUNKS) * CHUNK_SIZE_BYTES)
  const samples = new Map<number, Awaited<ReturnType<typeof measureCrowd>>[]>()
  for (let run = 1; run <= runs; run++)
    for (const channels of crowds) {
      const sample = await measureCrowd(rpcUrl, file, channels)
      samples.set(channels, [...(samples.get(channels) ?? []), sample])
      console.error(`run ${run}  ${channels} channels  ${rounded(sample.kib / channels)} KiB each`)
    }
  return crowds.map((channels) => {
    const of = (pick: 'kib' | 'seconds' | 'cpuSeconds'): number =>
      median(samples.get(channels)?.map((sample) => sample[pick]) ?? []) ?? 0
    return {
      channels,
      // Of a few, the noise of a process would be shown.
      kibPerChannel: channels < 10 ? null : rounded(of('kib') / channels),
      msPerChunk: rounded((of('seconds') * 1000) / MEASURED_CHUNKS),
      cpuMsPerChunk: rounded((of('cpuSeconds') * 1000) / MEASURED_CHUNKS),
    }
  })
}

/** What so many channels add to a new seeder's memory, and a thousand chunks bought through them: seconds, and of the seeder's processor. */
async function measureCrowd(rpcUrl: string, file: string, channels: number) {
  const work = await mkdtemp(join(directory, 'crowd-'))
  const node = join(work, 'node')
  const options = JSON.stringify({ givesBack: values.held })
  const seeder = start(['--expose-gc', here('../transfer/chiral.ts'), 'seed', node, rpcUrl, file, PRICE_WEI, options])
  const { contract, wallet, peerId, address, id } = await seeder.answer()
  const price = chunkPrice(parseWei(PRICE_WEI), CHUNK_SIZE_BYTES)
  const names = [contract, wallet, peerId, address, id].map(String)
  const crowd = start([here('crowd.ts'), rpcUrl, ...names, String(channels), String(price)])
  await crowd.answer()
  const before = await memory(seeder)
  await crowd.answer()
  const after = await memory(seeder)
  await crowd.ask(WARM_UP_CHUNKS)
  const usedBefore = cpuSecondsOf(seeder.child.pid ?? 0)
  const { seconds } = await crowd.ask(MEASURED_CHUNKS)
  const cpuSeconds = cpuSecondsOf(seeder.child.pid ?? 0) - usedBefore
  crowd.child.kill('SIGKILL')
  seeder.child.kill('SIGKILL')
  await rm(work, { recursive: true, force: true })
  return { kib: (after - before) / 1024, seconds: Number(seconds), cpuSeconds }
}

interface Asked {
  readonly child: ChildProcess
  /** The next line it prints. */
  answer(): Promise<Record<string, unknown>>
  ask(question: number): Promise<Record<string, unknown>>
}

function start(args: readonly string[]): Asked {
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const answer = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${args.join(' ')} ended`)
    return JSON.parse(value)
  }
  return {
    child,
    answer,
    ask(question) {
      child.stdin.write(`${question}\n`)
      return answer()
    },
  }
}

/** Resident bytes after a collection. */
async function memory(seeder: Asked): Promise<number> {
  seeder.child.kill('SIGUSR2')
  return Number((await seeder.answer())['rss'])
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
