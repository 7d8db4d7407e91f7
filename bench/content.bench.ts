/**
 * Content throughput: `node bench/content.bench.ts [--json]`.
 *
 * Every row is the median of interleaved runs, so that a noisy machine disturbs all rows alike. `mainMs` is the time per MB
 * for which the main thread, which is the network's, was busy.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createContentStore } from '../src/content/content-store.ts'
import { hashFile } from '../src/content/hash-file.ts'
import { createHashPool } from '../src/content/hash-pool.ts'
import { createManifest } from '../src/content/manifest.ts'
import { verifyChunk } from '../src/content/verifier.ts'
import { CHUNK_SIZE_BYTES } from '../src/domain/chunk.ts'
import { systemClock } from '../src/system/clock.ts'
import { openDatabase } from '../src/system/database.ts'
import { systemFileSystem } from '../src/system/file-system.ts'

const CHUNKS = 512
const RUNS = 5
/** Requests a download keeps under way (SPEC 03). */
const WINDOW = 32

interface Result {
  readonly mbPerSecond: number
  readonly mainMsPerMb: number
}

const folder = await mkdtemp(join(tmpdir(), 'chiral-bench-'))
const path = join(folder, 'file')
const block = new Uint8Array(randomBytes(CHUNK_SIZE_BYTES))
await writeFile(
  path,
  Array.from({ length: CHUNKS }, (_, i) => block.with(0, i & 255)),
)
const pool = createHashPool({ clock: systemClock })
const hashed = await hashFile(path, { fileSystem: systemFileSystem, pool })
const manifest = createManifest(hashed)
const chunks: Uint8Array[] = Array.from({ length: CHUNKS }, (_, i) => block.with(0, i & 255))
const store = createContentStore({
  database: openDatabase(join(folder, 'node.db')),
  fileSystem: systemFileSystem,
  clock: systemClock,
  capacityBytes: Number.POSITIVE_INFINITY,
  hashPool: pool,
})
await store.addShared(path, hashed)
/** All of the file fits, and is in it from the first run on. */
const inMemory = createContentStore({
  database: openDatabase(join(folder, 'memory.db')),
  fileSystem: systemFileSystem,
  clock: systemClock,
  capacityBytes: 0,
  memoryBytes: 2 * hashed.sizeBytes,
})
await inMemory.addShared(path, hashed)
await windowed((index) => inMemory.read(manifest.fileHash, index))

/** `work` for every chunk, {@link WINDOW} at a time. */
async function windowed(work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < CHUNKS; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: WINDOW }, lane))
}

const cases: Readonly<Record<string, () => Promise<void>>> = {
  'hash a file, threads': async () => {
    await hashFile(path, { fileSystem: systemFileSystem, pool })
  },
  'verify chunks': () =>
    windowed(async (index) => {
      if (!verifyChunk(manifest, index, chunks[index] ?? block)) throw new Error('wrong')
    }),
  'read chunks of a shared file': () => windowed((index) => store.read(manifest.fileHash, index)),
  'read the same from memory': () => windowed((index) => inMemory.read(manifest.fileHash, index)),
  'write chunks, durably': async () => {
    const writer = await store.beginDownload(manifest, join(folder, 'target'))
    await windowed((index) => writer.write(index, chunks[index] ?? block))
    await writer.discard()
  },
}

const samples = new Map<string, Result[]>()
for (let run = 0; run < RUNS; run++)
  for (const [name, work] of Object.entries(cases)) {
    const before = performance.eventLoopUtilization()
    const startedAt = performance.now()
    await work()
    const elapsedMs = performance.now() - startedAt
    const { active } = performance.eventLoopUtilization(before)
    const mb = (CHUNKS * CHUNK_SIZE_BYTES) / 1e6
    const result = { mbPerSecond: mb / (elapsedMs / 1e3), mainMsPerMb: active / mb }
    samples.set(name, [...(samples.get(name) ?? []), result])
  }

const results = [...samples].map(([name, list]) => ({ name, ...median(list) }))
if (process.argv.includes('--json')) console.log(JSON.stringify({ content: results }))
else
  for (const { name, mbPerSecond, mainMsPerMb } of results)
    console.log(`${name.padEnd(30)} ${mbPerSecond.toFixed(0).padStart(6)} MB/s ${mainMsPerMb.toFixed(3)} ms main/MB`)

store.close()
inMemory.close()
await pool.stop()
await rm(folder, { recursive: true })

function median(list: readonly Result[]): Result {
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
  return {
    mbPerSecond: middle(list.map((result) => result.mbPerSecond)),
    mainMsPerMb: middle(list.map((result) => result.mainMsPerMb)),
  }
}
