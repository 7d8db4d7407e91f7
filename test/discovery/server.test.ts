import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { createLookupClient } from '../../src/discovery/client.ts'
import { decodeResponse, encodeRequest, encodeResponse, type LookupResponse } from '../../src/discovery/codec.ts'
import { IDLE_STREAM_TIMEOUT_MS, LOOKUP_PROTOCOL, MAX_HASHES_PER_PAGE } from '../../src/discovery/protocol.ts'
import { createLookupServer } from '../../src/discovery/server.ts'
import { type FileHash, parseFileHash, peerIdText } from '../../src/domain/ids.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { headerBlockOf, OTHER_FILE } from './fixtures.ts'
import { MemoryNetwork, streamPair } from './memory-network.ts'
import { CHUNK_HASHES, catalogOf, codeOfRejection, headerBlock, SHARED } from './swarm.ts'

const NEVER = new AbortController().signal
const BIG = headerBlockOf(20_000n * 262_144n)
const BIG_HASHES = new Uint8Array(20_000 * 32).map((_, i) => (i * 31) & 255)

function serve(overrides = {}) {
  const clock = new FakeClock()
  const network = new MemoryNetwork()
  const seeder = network.join('seeder')
  const handler = createLookupServer({
    catalog: catalogOf(1, overrides),
    offers: { current: async () => undefined },
    onWithdraw: () => undefined,
    clock,
    log: silentLogger,
  })
  void seeder.handle(LOOKUP_PROTOCOL, handler)
  const leecher = network.join('leecher')
  return { clock, network, seeder, leecher, client: createLookupClient({ network: leecher, clock }), handler }
}

/** A peer that answers a manifest request with whatever `answer` makes of its page. */
async function liar(answer: (firstChunk: number) => LookupResponse) {
  const { network, leecher, clock } = serve()
  const peer = network.join('liar')
  await peer.handle(LOOKUP_PROTOCOL, async (stream) => {
    let page = 0
    for await (const _ of readFrames(stream.source, 10_000)) {
      await writeFrame(stream, encodeResponse(answer(page)))
      page += MAX_HASHES_PER_PAGE
    }
  })
  const client = createLookupClient({ network: leecher, clock })
  return (fileHash: FileHash) => codeOfRejection(client.manifest(peer.peerId, fileHash, NEVER))
}

describe('discovery/server and client', () => {
  it('serves a manifest of one page, of several, and of an empty file', async () => {
    const empty = headerBlockOf(0n)
    const { client, seeder } = serve({
      manifest: (fileHash: FileHash) => {
        if (fileHash === SHARED) return { headerBlock, chunkHashes: CHUNK_HASHES }
        if (fileHash === BIG.fileHash) return { headerBlock: BIG.headerBlock, chunkHashes: BIG_HASHES }
        return fileHash === empty.fileHash
          ? { headerBlock: empty.headerBlock, chunkHashes: new Uint8Array(0) }
          : undefined
      },
    })
    const small = await client.manifest(seeder.peerId, SHARED, NEVER)
    expect(small).to.deep.equal({ headerBlock, chunkHashes: CHUNK_HASHES })
    const big = await client.manifest(seeder.peerId, BIG.fileHash, NEVER)
    expect(Buffer.compare(big?.chunkHashes ?? new Uint8Array(0), BIG_HASHES)).to.equal(0)
    expect((await client.manifest(seeder.peerId, empty.fileHash, NEVER))?.chunkHashes.byteLength).to.equal(0)
    expect(await client.manifest(seeder.peerId, OTHER_FILE, NEVER)).to.equal(undefined)
  })

  it('refuses manifests that are too long, too short, out of order or of another file', async () => {
    const page = (fields: Partial<Extract<LookupResponse, { kind: 'manifest' }>>): LookupResponse => ({
      kind: 'manifest',
      headerBlock,
      firstChunk: 0,
      chunkHashes: CHUNK_HASHES,
      ...fields,
    })
    const cases: LookupResponse[] = [
      page({ chunkHashes: new Uint8Array(13 * 32) }),
      page({ chunkHashes: new Uint8Array(11 * 32) }),
      page({ chunkHashes: new Uint8Array(0) }),
      page({ firstChunk: 1 }),
      page({ headerBlock: BIG.headerBlock }),
      { kind: 'withdraw' },
    ]
    for (const answer of cases) expect(await (await liar(() => answer))(SHARED)).to.equal('DECODE_FAILED')
  })

  it('does not follow a header block that claims an absurd size', async () => {
    const absurd = headerBlockOf(2n ** 60n)
    const fetch = await liar(() => ({ kind: 'manifest', ...absurd, firstChunk: 0, chunkHashes: new Uint8Array(32) }))
    expect(await fetch(absurd.fileHash)).to.equal('FILE_TOO_LARGE')
  })

  it('stops asking when later pages are not what was asked for', async () => {
    const fetch = await liar((firstChunk) => ({
      kind: 'manifest',
      headerBlock: BIG.headerBlock,
      firstChunk,
      chunkHashes: firstChunk === 0 ? BIG_HASHES.subarray(0, MAX_HASHES_PER_PAGE * 32) : new Uint8Array(32),
    }))
    expect(await fetch(BIG.fileHash)).to.equal('DECODE_FAILED')
  })

  it('answers several requests on one stream and ends with its peer', async () => {
    const { handler } = serve()
    const [near, far] = streamPair()
    const served = handler(far, peerIdText('b'))
    await writeFrame(near, encodeRequest({ kind: 'offer', fileHash: SHARED }))
    await writeFrame(near, encodeRequest({ kind: 'alias', sha256: '00'.repeat(32) }))
    await near.close()
    const answers = await Array.fromAsync(readFrames(near.source, 1_000), (frame) => decodeResponse(frame.subarray()))
    expect(answers).to.deep.equal([
      { kind: 'error', code: 'NOT_FOUND' },
      { kind: 'error', code: 'NOT_FOUND' },
    ])
    await served
  })

  it('answers FAILED when the catalog fails, and lives on', async () => {
    const { client, seeder } = serve({
      manifest: () => {
        throw new Error('the disk is gone')
      },
    })
    expect(await codeOfRejection(client.manifest(seeder.peerId, SHARED, NEVER))).to.equal('PEER_FAILED')
    expect(await client.alias(seeder.peerId, '00'.repeat(32), NEVER)).to.equal(undefined)
  })

  it('ends the stream of a peer that sends rubbish, whatever it is', async () => {
    const { handler } = serve()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 }),
        async (pieces) => {
          const [near, far] = streamPair()
          const served = handler(far, peerIdText('b')).catch((error: Error) => far.abort(error))
          for (const piece of pieces) await near.send(piece).catch(() => undefined)
          await near.close()
          await served
          await drain(near)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('refuses an oversized frame before it has arrived', async () => {
    const { handler } = serve()
    const [near, far] = streamPair()
    await near.send(new Uint8Array([0xff, 0xff, 0xff, 0x7f]))
    expect(await codeOfRejection(handler(far, peerIdText('b')))).to.equal('DECODE_FAILED')
  })

  it('closes a stream on which nothing is asked', async () => {
    const { handler, clock } = serve()
    const [, far] = streamPair()
    const served = codeOfRejection(handler(far, peerIdText('b')))
    await clock.advance(IDLE_STREAM_TIMEOUT_MS)
    expect(await served).to.contain('no lookup request')
  })

  it('knows its own header block layout', () => {
    expect(createHash('sha256').update(headerBlock).digest('hex')).to.equal(SHARED)
    expect(parseFileHash(SHARED)).to.equal(SHARED)
  })
})

async function drain(stream: DuplexStream): Promise<void> {
  try {
    for await (const _ of stream.source);
  } catch {
    // how it ends is not the point: it ends
  }
}
