/**
 * A seeder of ours, and its node of Kad, in a process of their own: it runs in the name space it is started in. Prints one line of JSON when
 * it serves, and another whenever the number of those who wait for a slot changed; leaves Kad with SIGUSR2, ends with SIGTERM.
 */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { wei } from '../../../src/domain/amount.ts'
import { Bitfield } from '../../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../../src/domain/chunk.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { userHashOf } from '../../../src/public-protocols/ed2k/hello.ts'
import { parseKadId } from '../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { createKadMetrics } from '../../../src/public-protocols/ed2k/kad/metrics.ts'
import { startKadNode } from '../../../src/public-protocols/ed2k/kad/udp-node.ts'
import { formatEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { createSeederMetrics } from '../../../src/public-protocols/ed2k/metrics.ts'
import { PartHasher } from '../../../src/public-protocols/ed2k/parts.ts'
import { startEd2kSeeder } from '../../../src/public-protocols/ed2k/server.ts'
import { createFreePolicy } from '../../../src/public-protocols/free-policy.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'
import { SEEDER_PORTS } from './seeder.ts'

/** Between two looks at the queue. */
const LOOK_MS = 250

const [path = '', host = '', nearby = ''] = process.argv.slice(2)
const content = await readFile(path)
const sizeBytes = content.byteLength
const hasher = await PartHasher.create()
hasher.update(content)
const { hash, partHashes } = hasher.digest()
const file = {
  hash,
  fileHash: parseFileHash('22'.repeat(32)),
  sizeBytes,
  name: basename(path),
  held: Bitfield.full(chunkCount(sizeBytes)),
}
const quote = { quoteId: 1, pricePerMiB: wei(0n), expiresAt: Number.MAX_SAFE_INTEGER }
const gate = createFreePolicy({
  clock: systemClock,
  bytesPerSecond: 2 ** 40,
  bytesPerSecondEach: 2 ** 40,
  chunk: (_, index) => ({ lengthBytes: chunkLength(sizeBytes, index), quote }),
})
const system = { clock: systemClock, log: silentLogger, random: systemRandom }
const seeder = await startEd2kSeeder(
  {
    ...system,
    files: {
      file: (asked) => (asked === hash ? file : undefined),
      partHashes: () => partHashes,
      async read(_, chunkIndex) {
        const start = chunkIndex * CHUNK_SIZE_BYTES
        return content.subarray(start, start + chunkLength(sizeBytes, chunkIndex))
      },
    },
    gate,
    grantOf: () => undefined,
    // A name of its own each time: aMule remembers those it was disappointed by.
    self: { userHash: userHashOf(systemRandom.bytes(16)), name: 'seeder', unpacks: false, largeFiles: true },
    metrics: createSeederMetrics(),
  },
  { host, port: SEEDER_PORTS.tcp },
)
// aMule asks a node for sources only when the two begin with the same bits.
const id = parseKadId(`${hash.slice(0, 8)}${'11'.repeat(12)}`)
const kad = await startKadNode(
  {
    ...system,
    id,
    tcpPort: seeder.port,
    address: () => host,
    allows: () => true,
    contactsPerAddress: 2,
    bootstrap: nearby === '' ? [] : [{ address: nearby, port: SEEDER_PORTS.udp }],
    metrics: createKadMetrics(),
  },
  { host, port: SEEDER_PORTS.udp },
)
kad.serve([{ target: parseKadId(hash), sizeBytes }])
process.once('SIGUSR2', () => void kad.stop())
process.stdout.write(`${JSON.stringify({ link: formatEd2kLink({ ...file, sources: [] }), id })}\n`)
let last = ''
setInterval(() => {
  const waiting = JSON.stringify(seeder.waiting())
  if (waiting !== last) process.stdout.write(`${waiting}\n`)
  last = waiting
}, LOOK_MS)
process.once('SIGTERM', () => process.exit())
