/**
 * Files a second of a batch of small files: two seeders and a leecher, each a process of its own, on a development chain.
 * Run: `node bench/batch.bench.ts [FILES] [PROTOCOL]`.
 */

import { smallAndLarge, writeTree } from '../test/support/batches.ts'
import { fieldsOf } from '../test/support/json.ts'
import { Market } from '../test/support/market.ts'

const count = Number(process.argv[2] ?? 1_000)
const protocol = process.argv[3] ?? 'bitswap'
const market = await Market.open()
try {
  const folder = market.path('folder')
  const files = smallAndLarge(count, 1)
  await writeTree(folder, files)
  const first = await (await market.seller('seeder-1', folder, '0.001')).start()
  const second = await (await market.seller('seeder-2', folder, '0.001')).start({}, [first.bootstrap])
  const { stdout, stderr } = await market.processes.run([
    ...[
      'get',
      first.fileHash,
      '-o',
      market.path('out'),
      '--bootstrap',
      first.bootstrap,
      '--bootstrap',
      second.bootstrap,
    ],
    ...['--rpc', market.rpcUrl, '--data-dir', market.path('leecher'), '--protocol', protocol, '--yes', '--json'],
  ])
  const { phase, seconds, filesDone, sizeBytes, sources } = fieldsOf(JSON.parse(stdout))
  if (phase !== 'done') throw new Error(stderr)
  const rate = Number(filesDone) / Number(seconds)
  const size = (Number(sizeBytes) / 2 ** 20).toFixed(1)
  const seeders = Array.isArray(sources) ? sources.length : 0
  console.log(
    `${filesDone} files of 1 to 64 KiB, ${size} MiB, from ${seeders} seeders with ${protocol}: ${rate.toFixed(0)} files/s (${Number(seconds).toFixed(1)} s, channels and settlement included)`,
  )
} finally {
  await market.close()
}
