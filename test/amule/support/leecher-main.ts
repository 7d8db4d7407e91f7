/**
 * A leecher of ours in a process of its own: it runs in the name space it is started in. Fetches all chunks of a link's file from one address
 * into a file.
 */
import { open } from 'node:fs/promises'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../../src/domain/chunk.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { createDownloaderMetrics } from '../../../src/public-protocols/downloader-metrics.ts'
import { openEd2kTransfer } from '../../../src/public-protocols/ed2k/ed2k-transfer.ts'
import { userHashOf } from '../../../src/public-protocols/ed2k/hello.ts'
import { parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { systemRandom } from '../../../src/system/random.ts'

const [link = '', address = '', target = ''] = process.argv.slice(2)
const { sizeBytes } = parseEd2kLink(link)
const session = await openEd2kTransfer(
  { link, address },
  { fileHash: parseFileHash('22'.repeat(32)), sizeBytes },
  {
    rules: { allows: () => true },
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    metrics: createDownloaderMetrics('ed2k'),
    // A name of its own each time: aMule remembers those that asked before.
    self: {
      userHash: userHashOf(systemRandom.bytes(16)),
      port: 4662,
      name: 'leecher',
      unpacks: true,
      largeFiles: true,
    },
  },
)
const file = await open(target, 'w')
const chunks = Array.from({ length: chunkCount(sizeBytes) }, async (_, chunkIndex) => {
  const lengthBytes = chunkLength(sizeBytes, chunkIndex)
  await file.write(await session.request({ chunkIndex, lengthBytes }), 0, lengthBytes, chunkIndex * CHUNK_SIZE_BYTES)
})
await Promise.all(chunks)
await file.close()
await session.close()
