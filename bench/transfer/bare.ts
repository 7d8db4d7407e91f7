import { open } from 'node:fs/promises'
import { hashFile } from '../../src/content/hash-file.ts'
import { createManifest } from '../../src/content/manifest.ts'
import { verifyChunk } from '../../src/content/verifier.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../src/domain/chunk.ts'
import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { Network } from '../../src/network/network.ts'
import { systemClock } from '../../src/system/clock.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { systemFileSystem } from '../../src/system/file-system.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { systemRandom } from '../../src/system/random.ts'

/**
 * The least that a verified transfer on this libp2p stack can cost: an index there, a chunk back, `window` at a time, every chunk
 * verified by the same code and written to a file. What the chunk protocol adds is measured against this.
 *
 * bare.ts seed FILE → prints { addresses }, serves until ended. bare.ts leech FILE ADDRESS OUT WINDOW → prints { seconds, bytes };
 * it reads FILE only to make the manifest, before the clock starts.
 */
const PROTOCOL = '/chiral/bench/bare/1'
const REQUEST_BYTES = 4

const [role, file = '', address = '', out = '', window = '32'] = process.argv.slice(2)
if (role === 'seed') await seed()
else await leech()

async function start(): Promise<Network> {
  const network = await createNetwork({
    privateKeySeed: systemRandom.bytes(32),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    scope: 'loopback',
    bootstrap: [],
    dhtPrefix: '/chiral/bench/kad/1',
    transports: ['tcp'],
    clock: systemClock,
    log: silentLogger,
  })
  await network.start()
  return network
}

async function seed(): Promise<void> {
  const handle = await open(file, 'r')
  const { size } = await handle.stat()
  const network = await start()
  await network.handle(
    PROTOCOL,
    async (stream) => {
      for await (const request of exactly(stream, () => REQUEST_BYTES)) {
        const index = new DataView(request.buffer, request.byteOffset).getUint32(0)
        const length = chunkLength(size, index)
        const chunk = new Uint8Array(length)
        await handle.read(chunk, 0, length, index * CHUNK_SIZE_BYTES)
        await stream.send(chunk)
      }
    },
    { maxInboundStreams: 4 },
  )
  console.log(JSON.stringify({ addresses: network.addresses() }))
}

async function leech(): Promise<void> {
  const hashed = await hashFile(file, { fileSystem: systemFileSystem })
  const manifest = createManifest(hashed)
  const network = await start()
  const peerId = await network.connect({ addresses: [address] }, AbortSignal.timeout(10_000))
  const stream = await network.openStream(peerId, PROTOCOL, AbortSignal.timeout(10_000))
  const target = await open(out, 'w')
  const count = manifest.chunkHashes.length
  const started = performance.now()
  const begun = process.cpuUsage()
  let asked = 0
  const ask = async (): Promise<void> => {
    const request = new Uint8Array(REQUEST_BYTES)
    new DataView(request.buffer).setUint32(0, asked++)
    await stream.send(request)
  }
  const writes: Promise<unknown>[] = []
  while (asked < Math.min(Number(window), count)) await ask()
  let received = 0
  for await (const chunk of exactly(stream, () => chunkLength(manifest.sizeBytes, received))) {
    if (!verifyChunk(manifest, received, chunk)) throw new Error(`chunk ${received} is wrong`)
    writes.push(target.write(chunk, 0, chunk.byteLength, received * CHUNK_SIZE_BYTES))
    if (++received === count) break
    if (asked < count) await ask()
  }
  await Promise.all(writes)
  await target.datasync()
  const seconds = (performance.now() - started) / 1000
  const used = process.cpuUsage(begun)
  const cpuSeconds = (used.user + used.system) / 1e6
  console.log(JSON.stringify({ seconds, bytes: manifest.sizeBytes, cpuSeconds }))
  process.exit(0)
}

/** Cuts a stream into records of the lengths that `next` names. */
async function* exactly(stream: DuplexStream, next: () => number): AsyncGenerator<Uint8Array> {
  let record = new Uint8Array(next())
  let filled = 0
  for await (const piece of stream.source) {
    const bytes = piece instanceof Uint8Array ? piece : piece.subarray()
    let offset = 0
    while (offset < bytes.byteLength) {
      const take = Math.min(record.byteLength - filled, bytes.byteLength - offset)
      record.set(bytes.subarray(offset, offset + take), filled)
      filled += take
      offset += take
      if (filled < record.byteLength) continue
      yield record
      record = new Uint8Array(next())
      filled = 0
    }
  }
}
