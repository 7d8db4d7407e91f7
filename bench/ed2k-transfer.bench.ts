/**
 * A file from one of ours to another over ed2k: `node bench/ed2k-transfer.bench.ts [--json]`.
 *
 * Both ends are in this process, over 127.0.0.1, and the file is in memory: what is measured is the protocol. `cpuMsPerMb` is for both ends together,
 * MD4 of the parts included; unlike the rate it means something on a busy machine.
 */
import { performance } from 'node:perf_hooks'
import { CHUNK_SIZE_BYTES } from '../src/domain/chunk.ts'
import { openTestTransfer, shelfOf, shelve, startTestSeeder } from '../test/support/ed2k-seeder.ts'

const CHUNKS = 1_024
const RUNS = 5

const shelved = await shelve(new Uint8Array(CHUNKS * CHUNK_SIZE_BYTES).map((_, index) => index & 0xff))
const seeder = await startTestSeeder(shelfOf(shelved))
const rates: number[] = []
const costs: number[] = []
const sizeMb = (CHUNKS * CHUNK_SIZE_BYTES) / 1e6

for (let run = 0; run < RUNS; run++) {
  const session = await openTestTransfer(shelved, seeder.port)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const asked = Array.from({ length: CHUNKS }, (_, chunkIndex) =>
    session.request({ chunkIndex, lengthBytes: CHUNK_SIZE_BYTES }),
  )
  await Promise.all(asked)
  rates.push((sizeMb * 1_000) / (performance.now() - start))
  const { user, system } = process.cpuUsage(cpu)
  costs.push((user + system) / 1_000 / sizeMb)
  await session.close()
}
await seeder.stop()

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const result = { mbPerSecond: Math.round(median(rates)), cpuMsPerMb: Number(median(costs).toFixed(2)) }
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else console.log(`ed2k, our own nodes    ${result.mbPerSecond} MB/s, ${result.cpuMsPerMb} ms of processor a MB`)
