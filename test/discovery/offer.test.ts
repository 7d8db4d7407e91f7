import { expect } from 'chai'
import fc from 'fast-check'
import { chunkSetOf } from '../../src/discovery/chunk-set.ts'
import { type Offer, type OfferContext, signOffer, verifyOffer } from '../../src/discovery/offer.ts'
import { MAX_RECORD_BYTES } from '../../src/discovery/protocol.ts'
import { sealRecord } from '../../src/discovery/record.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { parseAddress } from '../../src/domain/ids.ts'
import { CHAIN, FILE, NOW, OFFER, OTHER_FILE, OTHER_PEER, PEER, signerOf } from './fixtures.ts'

const signer = signerOf(1)
const CONTEXT: OfferContext = { fileHash: FILE, fromPeerId: PEER, now: NOW, chain: CHAIN }

function codeFor(offer: Partial<Offer>, context: Partial<OfferContext> = {}): string {
  const verdict = verifyOffer(signOffer({ ...OFFER, ...offer }, signer), { ...CONTEXT, ...context })
  return verdict.accepted ? 'accepted' : verdict.code
}

describe('discovery/offer', () => {
  it('returns every field of a valid offer, with the signer as wallet', () => {
    const full: Omit<Offer, 'wallet'> = {
      ...OFFER,
      endpoints: {
        'chiral-private': {
          multiaddrs: ['/ip4/1.2.3.4/tcp/1'],
          bitswap: '/chiral/bitswap/1',
          webrpc: '/chiral/webrpc/1',
        },
        http: { url: 'https://seeder.example:8443/', tlsFingerprint: '33'.repeat(32) },
        bittorrent: { infohash: '44'.repeat(20), addresses: ['1.2.3.4:6881'] },
        webtorrent: { magnet: 'magnet:?xt=urn:btih:44', trackers: ['wss://tracker.example'] },
        ed2k: { link: 'ed2k://|file|x|1|0|/', address: '1.2.3.4:4662' },
      },
    }
    const verdict = verifyOffer(signOffer(full, signer), CONTEXT)
    expect(verdict).to.deep.equal({ accepted: true, value: { ...full, wallet: signer.address } })
  })

  it('refuses what does not belong to the file, the peer or the chain, and says so', () => {
    expect(codeFor({})).to.equal('accepted')
    expect(codeFor({ fileHash: OTHER_FILE })).to.equal('OFFER_OTHER_FILE')
    expect(codeFor({ peerId: OTHER_PEER })).to.equal('OFFER_OTHER_PEER')
    expect(codeFor({ chain: { ...CHAIN, chainId: 98765 } })).to.equal('OFFER_OTHER_CHAIN')
    expect(codeFor({ chain: { ...CHAIN, genesisHash: `0x${'99'.repeat(32)}` } })).to.equal('OFFER_OTHER_CHAIN')
    const contract = parseAddress(`0x${'99'.repeat(20)}`)
    expect(codeFor({ chain: { ...CHAIN, contract } })).to.equal('OFFER_OTHER_CHAIN')
  })

  it('refuses an offer of a third party that a liar passes on', () => {
    expect(codeFor({}, { fromPeerId: OTHER_PEER })).to.equal('OFFER_OTHER_PEER')
  })

  it('holds until it expires, and not for longer than an offer may', () => {
    expect(codeFor({}, { now: OFFER.expiresAt - 1 })).to.equal('accepted')
    expect(codeFor({}, { now: OFFER.expiresAt })).to.equal('OFFER_EXPIRED')
    expect(codeFor({ expiresAt: NOW + 3_600_000 })).to.equal('OFFER_EXPIRES_TOO_LATE')
  })

  it('refuses an offer signed by nobody or re-signed with another price', () => {
    const bytes = signOffer(OFFER, signer)
    const cheaper = signOffer({ ...OFFER, pricePerMiB: wei(1n) }, signerOf(2))
    const spliced = bytes.slice()
    spliced.set(cheaper.subarray(-66), bytes.byteLength - 66)
    const verdict = verifyOffer(spliced, CONTEXT)
    expect(verdict).to.include({ accepted: false, code: 'OFFER_BAD_SIGNATURE' })
  })

  it('reads a signed payload that is no offer as malformed', () => {
    for (const payload of [new Uint8Array(0), new Uint8Array([1, 2, 3]), new Uint8Array(100).fill(0xff)])
      expect(verifyOffer(sealRecord('offer', payload, signer), CONTEXT)).to.include({ code: 'OFFER_MALFORMED' })
    expect(verifyOffer(new Uint8Array(0), CONTEXT)).to.include({ code: 'OFFER_MALFORMED' })
    expect(verifyOffer(sealRecord('withdraw', new Uint8Array(3), signer), CONTEXT)).to.include({
      code: 'OFFER_MALFORMED',
    })
  })

  it('stays within the record limit for any file and any holes', () => {
    for (const length of [0, 1, 8, 32_768, 32_769, 4_000_000]) {
      const have = new Bitfield(length)
      for (let i = 0; i < Math.min(length, 20_000); i += 2) have.add(i)
      const bytes = signOffer({ ...OFFER, chunks: chunkSetOf(have) }, signer)
      expect(bytes.byteLength).to.be.at.most(MAX_RECORD_BYTES)
      expect(verifyOffer(bytes, CONTEXT)).to.include({ accepted: true })
    }
  })

  it('survives an honest round trip for any amounts and counts', () => {
    const u32 = fc.nat(0xffff_ffff)
    const amount = fc.bigInt(0n, 2n ** 96n - 1n).map(wei)
    const small = fc.record({ amount, confirmations: u32 })
    fc.assert(
      fc.property(amount, amount, u32, fc.nat(2 ** 40), fc.option(small), (p, d, c, s, soon) => {
        const terms = { pricePerMiB: p, minDeposit: d, confirmations: c, ...(soon === null ? {} : { small: soon }) }
        const offer = { ...OFFER, ...terms, sequence: s }
        expect(verifyOffer(signOffer(offer, signer), CONTEXT)).to.deep.equal({
          accepted: true,
          value: { ...offer, wallet: signer.address },
        })
      }),
      { numRuns: 50 },
    )
  })

  it('never throws, whatever a peer sends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.boolean(), (bytes, signed) => {
        const verdict = verifyOffer(signed ? sealRecord('offer', bytes, signer) : bytes, CONTEXT)
        expect(verdict.accepted).to.equal(false)
      }),
    )
  })
})
