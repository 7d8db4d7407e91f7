import { expect } from 'chai'
import { createLookupClient } from '../../src/discovery/client.ts'
import { decodeRequest, encodeResponse } from '../../src/discovery/codec.ts'
import { signHeader } from '../../src/discovery/header.ts'
import { offeredFiles } from '../../src/discovery/offered-files.ts'
import { LOOKUP_PROTOCOL, MAX_INLINE_HASHES, MAX_RESPONSE_BYTES } from '../../src/discovery/protocol.ts'
import type { FileHash } from '../../src/domain/ids.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { HEADER, headerBlockOf, OTHER_FILE, signerOf } from './fixtures.ts'
import { MemoryNetwork, type MemoryPeer } from './memory-network.ts'
import { CHUNK_HASHES, codeOfRejection, headerBlock, leecherOf, SHARED, SIZE_BYTES, seederOf, TERMS } from './swarm.ts'

const NEVER = new AbortController().signal
/** More than two responses hold. */
const MANY = Array.from({ length: 300 }, (_, i) => headerBlockOf(BigInt(1_000 + i)))
const HASHES = new Uint8Array(MAX_INLINE_HASHES * 32)

describe('discovery/offered-files', () => {
  let clock: FakeClock
  let network: MemoryNetwork

  beforeEach(() => {
    clock = new FakeClock()
    network = new MemoryNetwork()
  })

  /** A seller of every file of `MANY`, each with as many chunk hashes as come along. */
  async function sellerOfMany(name: string): Promise<MemoryPeer> {
    const peer = network.join(name)
    const blocks = new Map(MANY.map((file) => [file.fileHash, file.headerBlock]))
    const publisher = seederOf(peer, 1, clock, {
      offerTerms: (fileHash) => (blocks.has(fileHash) ? TERMS : undefined),
      headerRecord: (fileHash) => signHeader({ ...HEADER, fileHash, sizeBytes: SIZE_BYTES }, signerOf(1)),
      manifest: (fileHash) => ({ headerBlock: blocks.get(fileHash) ?? headerBlock, chunkHashes: HASHES }),
    })
    await publisher.start()
    for (const { fileHash } of MANY) publisher.publish({ fileHash })
    return peer
  }

  it('answers about many files on one stream, page by page, in the order asked', async () => {
    const peer = await sellerOfMany('seller')
    const leecher = network.join('leecher')
    let streams = 0
    const counted = {
      openStream: (...args: Parameters<MemoryPeer['openStream']>) => {
        streams++
        return leecher.openStream(...args)
      },
    }
    const asked = [...MANY.map(({ fileHash }) => fileHash), OTHER_FILE]
    const answers = await createLookupClient({ network: counted, clock }).offers(peer.peerId, asked, NEVER)
    expect(streams).to.equal(1)
    expect(answers?.length).to.equal(301)
    expect(answers?.at(-1), 'a file that it does not have').to.equal(undefined)
    for (const [index, { headerBlock: block }] of MANY.entries()) {
      expect(answers?.[index]?.headerBlock).to.deep.equal(block)
      expect(answers?.[index]?.chunkHashes.byteLength).to.equal(HASHES.byteLength)
    }
  })

  it('verifies each offer, and leaves out what a file is not offered on', async () => {
    const peer = await sellerOfMany('seller')
    const first = MANY[0]?.fileHash ?? OTHER_FILE
    const provider = { peerId: peer.peerId, addresses: [] }
    const found = await leecherOf(network.join('leecher'), clock).offersOf(provider, [OTHER_FILE, first], {
      signal: NEVER,
    })
    expect([...found.keys()]).to.deep.equal([first])
    expect(found.get(first)?.seeder.offer).to.include({ fileHash: first, pricePerMiB: TERMS.pricePerMiB })
    expect(found.get(first)?.seeder.header?.name).to.equal(HEADER.name)
  })

  it('drops offers for other files than those they are given for', async () => {
    const peer = await sellerOfMany('seller')
    const [one, two] = MANY.map(({ fileHash }) => fileHash)
    if (one === undefined || two === undefined) throw new Error('there are many')
    const honest = createLookupClient({ network: network.join('broker'), clock })
    const liar = network.join('liar')
    await liar.handle(LOOKUP_PROTOCOL, async (stream) => {
      for await (const _ of readFrames(stream.source, 10_000)) {
        const files = (await honest.offers(peer.peerId, [two, one], NEVER)) ?? []
        await writeFrame(stream, encodeResponse({ kind: 'offers', files }))
      }
    })
    const leecher = leecherOf(network.join('leecher'), clock)
    const found = await leecher.offersOf({ peerId: liar.peerId, addresses: [] }, [one, two], { signal: NEVER })
    expect(found.size).to.equal(0)
  })

  it('keeps a manifest that is too long out, and never exceeds a response', async () => {
    const headers = new Uint8Array(8_000)
    const files = await offeredFiles(
      Array.from({ length: 64 }, () => SHARED),
      {
        catalog: {
          headerRecord: () => headers,
          manifest: () => ({ headerBlock, chunkHashes: new Uint8Array(32 * (MAX_INLINE_HASHES + 1)) }),
        },
        offer: async () => new Uint8Array(8_000),
      },
    )
    expect(files.length).to.be.within(1, 20)
    expect(files[0]?.chunkHashes.byteLength).to.equal(0)
    expect(encodeResponse({ kind: 'offers', files }).byteLength).to.be.below(MAX_RESPONSE_BYTES)
  })

  it('tells a peer that answers for one file at a time from one that lies', async () => {
    const leecher = network.join('leecher')
    const client = createLookupClient({ network: leecher, clock })
    const answering = async (name: string, files: number | 'none'): Promise<MemoryPeer> => {
      const peer = network.join(name)
      await peer.handle(LOOKUP_PROTOCOL, async (stream) => {
        for await (const frame of readFrames(stream.source, 10_000)) {
          expect(decodeRequest(frame.subarray()).kind).to.equal('offers')
          const offered = { offer: new Uint8Array(9), headerBlock, chunkHashes: CHUNK_HASHES }
          await writeFrame(
            stream,
            encodeResponse(
              files === 'none'
                ? { kind: 'error', code: 'INVALID' }
                : { kind: 'offers', files: Array.from({ length: files }, () => offered) },
            ),
          )
        }
      })
      return peer
    }
    const ask = (peer: MemoryPeer, asked: readonly FileHash[]) => client.offers(peer.peerId, asked, NEVER)
    expect(await ask(await answering('old', 'none'), [SHARED])).to.equal(undefined)
    expect(await codeOfRejection(ask(await answering('empty', 0), [SHARED]))).to.equal('DECODE_FAILED')
    expect(await codeOfRejection(ask(await answering('generous', 2), [SHARED]))).to.equal('DECODE_FAILED')
  })
})
