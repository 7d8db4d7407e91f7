import { expect } from 'chai'
import { encodeResponse } from '../../src/discovery/codec.ts'
import { signOffer } from '../../src/discovery/offer.ts'
import { LOOKUP_PROTOCOL } from '../../src/discovery/protocol.ts'
import { cidOf } from '../../src/domain/cid.ts'
import type { Network } from '../../src/network/network.ts'
import { systemClock } from '../../src/system/clock.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import { createNodes, NEVER, until } from '../network/nodes.ts'
import { OFFER, SHA256, signerOf } from './fixtures.ts'
import { CHUNK_HASHES, findAll, headerBlock, leecherOf, SHARED, seederOf } from './swarm.ts'

/** The whole of discovery between real nodes that share nothing but a bootstrap address. */
describe('discovery over libp2p', () => {
  const nodes = createNodes()
  afterEach(() => nodes.stop())

  async function share(signerByte: number, bootstrap: string[]): Promise<Network> {
    const network = await nodes.start({ bootstrap })
    const publisher = seederOf(network, signerByte, systemClock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED, sha256: SHA256 })
    await publisher.announced(SHARED, NEVER)
    return network
  }

  it('finds three seeders and not the liar, through a bootstrap peer, and reads a manifest', async () => {
    const bootstrap = (await nodes.start()).addresses()
    const [seeders, liar] = await Promise.all([
      Promise.all([1, 2, 3].map((byte) => share(byte, bootstrap))),
      nodes.start({ bootstrap }),
    ])
    const victim = seeders[0]?.peerId ?? liar.peerId
    const forged = signOffer(
      { ...OFFER, fileHash: SHARED, peerId: victim, expiresAt: Date.now() + 60_000 },
      signerOf(9),
    )
    await liar.handle(
      LOOKUP_PROTOCOL,
      async (stream) => {
        for await (const _ of readFrames(stream.source, 10_000))
          await writeFrame(stream, encodeResponse({ kind: 'offer', offer: forged }))
      },
      { maxInboundStreams: 4 },
    )
    await liar.ready(NEVER)
    expect(await liar.provide(cidOf(SHARED), NEVER)).to.be.at.least(1)

    const leecher = await nodes.start({ bootstrap })
    await leecher.ready(NEVER)
    const lookup = leecherOf(leecher, systemClock)
    const found = await findAll(lookup)
    expect(found.map(({ peerId }) => peerId).sort()).to.deep.equal(seeders.map(({ peerId }) => peerId).sort())
    expect(leecher.isConnected(victim)).to.equal(true)
    expect(found[0]?.offer.endpoints['chiral-private']?.multiaddrs[0]).to.contain('/ip4/127.0.0.1/tcp/')
    expect(await lookup.manifest(victim, SHARED, NEVER)).to.deep.equal({ headerBlock, chunkHashes: CHUNK_HASHES })
    expect(await findAll(lookup, { kind: 'sha256', sha256: SHA256 })).to.have.length(3)
  })

  it('finds the others when a provider is gone without a word', async () => {
    const bootstrap = (await nodes.start()).addresses()
    const [gone, there] = await Promise.all([share(1, bootstrap), share(2, bootstrap)])
    await gone.stop()
    const leecher = await nodes.start({ bootstrap })
    await leecher.ready(NEVER)
    const found = await findAll(leecherOf(leecher, systemClock))
    expect(found.map(({ peerId }) => peerId)).to.deep.equal([there.peerId])
  })

  it('loses a seeder that withdraws, at once', async () => {
    const bootstrap = (await nodes.start()).addresses()
    const network = await nodes.start({ bootstrap })
    const publisher = seederOf(network, 1, systemClock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    const leecher = await nodes.start({ bootstrap })
    const lookup = leecherOf(leecher, systemClock)
    const told: boolean[] = []
    await seederOf(leecher, 2, systemClock, {}, (record, from) =>
      told.push(lookup.acceptWithdrawal(record, from)),
    ).start()
    await Promise.all([publisher.announced(SHARED, NEVER), leecher.ready(NEVER)])
    expect(await findAll(lookup)).to.have.length(1)
    await publisher.stop()
    await until(() => told.length === 1)
    expect(told).to.deep.equal([true])
    expect(await findAll(lookup)).to.have.length(0)
  })
})
