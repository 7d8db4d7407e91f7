import { expect } from 'chai'
import { encodeResponse, type LookupResponse } from '../../src/discovery/codec.ts'
import { type Offer, signOffer } from '../../src/discovery/offer.ts'
import { LOOKUP_PROTOCOL, OFFER_TTL_MS } from '../../src/discovery/protocol.ts'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseAddress, peerIdText } from '../../src/domain/ids.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import { type LiarParts, startEvilSeeder } from '../support/evil-seeder.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)

describe('integration: forged records in a lookup', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let honest: LiveNode
  let leecher: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    honest = await swarm.start('honest')
    leecher = await swarm.start('leecher')
  })
  after(() => swarm.stop())

  function offerOf({ fileHash, network, chain }: LiarParts): Omit<Offer, 'wallet'> {
    return {
      fileHash,
      peerId: network.peerId,
      chain,
      pricePerMiB: wei(1n),
      minDeposit: wei(1n),
      confirmations: 0,
      sequence: Date.now(),
      expiresAt: Date.now() + OFFER_TTL_MS,
      endpoints: { 'chiral-private': { multiaddrs: network.addresses(), bitswap: '/chiral/bitswap/1' } },
      chunks: { kind: 'all', chunkCount: 4 },
    }
  }

  const forgeries: Record<string, (parts: LiarParts) => Uint8Array> = {
    'not signed by its wallet': (parts) => {
      const offer = signOffer(offerOf(parts), parts.signer)
      offer[offer.length - 1] = (offer[offer.length - 1] ?? 0) ^ 1
      return offer
    },
    'of another peer': (parts) =>
      signOffer({ ...offerOf(parts), peerId: peerIdText(honest.status.peerId) }, parts.signer),
    'that has expired': (parts) => signOffer({ ...offerOf(parts), expiresAt: Date.now() - 60_000 }, parts.signer),
    'for ever': (parts) => signOffer({ ...offerOf(parts), expiresAt: Date.now() + 10 * OFFER_TTL_MS }, parts.signer),
    'for another chain': (parts) =>
      signOffer({ ...offerOf(parts), chain: { ...parts.chain, chainId: 98_765 } }, parts.signer),
    'for another contract': (parts) =>
      signOffer(
        { ...offerOf(parts), chain: { ...parts.chain, contract: parseAddress(`0x${'11'.repeat(20)}`) } },
        parts.signer,
      ),
  }

  for (const [name, forge] of Object.entries(forgeries))
    it(`never shows an offer ${name}`, async () => {
      const file = await swarm.file(`file-${++count}`, 4 * CHUNK_SIZE_BYTES)
      const share = await honest.node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })
      const asked = Promise.withResolvers<void>()
      const liar = await startEvilSeeder({
        config: swarm.config(`liar-${count}`),
        file,
        pricePerMiB: PRICE_PER_MIB,
        lies: {
          lookup: {
            protocol: LOOKUP_PROTOCOL,
            handler: (parts) => async (stream) => {
              for await (const _ of readFrames(stream.source, 65_536)) {
                const response: LookupResponse = { kind: 'offer', offer: forge(parts) }
                await writeFrame(stream, encodeResponse(response))
                asked.resolve()
              }
            },
          },
        },
      })
      try {
        const { seeders } = await leecher.node.find(share.fileHash)
        await asked.promise
        expect(seeders.map(({ payee }) => payee)).to.deep.equal([honest.status.address])
        const out = swarm.path(`out-${count}`)
        const download = await get(leecher.node, { reference: share.fileHash, out })
        expect(await sha256Of(out)).to.equal(share.sha256)
        expect(download.sources.map(({ payee }) => payee)).to.deep.equal([honest.status.address])
        expect(await swarm.received(liar.address)).to.equal(0n)
      } finally {
        await liar.stop()
      }
    })

  it('takes the manifest from another when one is forged, and bans nobody for it', async () => {
    const file = await swarm.file('manifest', 4 * CHUNK_SIZE_BYTES)
    const share = await honest.node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })
    let given = 0
    const liar = await startEvilSeeder({
      config: swarm.config('manifest-liar'),
      file,
      pricePerMiB: wei(1n),
      lies: {
        catalog: (catalog) => ({
          ...catalog,
          manifest: async (fileHash) => {
            const manifest = await catalog.manifest(fileHash)
            if (manifest === undefined) return undefined
            given++
            return { ...manifest, chunkHashes: manifest.chunkHashes.map((byte) => byte ^ 1) }
          },
        }),
      },
    })
    swarm.defer(() => liar.stop())
    const out = swarm.path('manifest-out')
    const download = await get(leecher.node, { reference: share.fileHash, out })
    expect(download.phase, download.error?.message).to.equal('done')
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download.sources.map(({ phase }) => phase)).to.not.include('banned')
    expect(given).to.be.at.most(1)
  })
})
