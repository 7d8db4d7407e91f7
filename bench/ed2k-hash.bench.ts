/**
 * Hashing with and without ed2k: `node bench/ed2k-hash.bench.ts [--json]`.
 *
 * A file that is in the cache of the disk is hashed as `share` does it. Runs are interleaved and the median is shown, so that a noisy machine disturbs
 * both rows alike.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { hashFile } from '../src/content/hash-file.ts'
import { createHashPool } from '../src/content/hash-pool.ts'
import { HashThread } from '../src/public-protocols/ed2k/hash-thread.ts'
import { systemClock } from '../src/system/clock.ts'
import { systemFileSystem } from '../src/system/file-system.ts'

const SIZE_MIB = 256
const RUNS = 5

const folder = await mkdtemp(join(tmpdir(), 'chiral-bench-'))
const path = join(folder, 'file')
const block = randomBytes(2 ** 20)
await writeFile(
  path,
  Array.from({ length: SIZE_MIB }, () => block),
)
const pool = createHashPool({ clock: systemClock })
const thread = new HashThread(systemClock)

/** MB a second. */
async function measure(hash: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await hash()
  return (SIZE_MIB * 2 ** 20) / 1_000 / (performance.now() - start)
}

const without = (): Promise<unknown> => hashFile(path, { fileSystem: systemFileSystem, pool })
const beside = async (): Promise<void> => {
  const hashing = thread.open()
  await hashFile(path, { fileSystem: systemFileSystem, pool, beside: hashing })
  await hashing.digest()
}

try {
  await without()
  await beside()
  const rates: Record<'without' | 'beside', number[]> = { without: [], beside: [] }
  for (let run = 0; run < RUNS; run++) {
    rates.without.push(await measure(without))
    rates.beside.push(await measure(beside))
  }
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
  const result = {
    sizeMiB: SIZE_MIB,
    withoutMbPerSecond: Math.round(median(rates.without)),
    besideMbPerSecond: Math.round(median(rates.beside)),
  }
  const ratio = result.besideMbPerSecond / result.withoutMbPerSecond
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ...result, ratio }))
  else {
    console.log(`chunks and SHA-256          ${result.withoutMbPerSecond} MB/s`)
    console.log(`the same, and ed2k (MD4)    ${result.besideMbPerSecond} MB/s (× ${ratio.toFixed(2)})`)
  }
} finally {
  await Promise.all([pool.stop(), thread.stop()])
  await rm(folder, { recursive: true, force: true })
}
