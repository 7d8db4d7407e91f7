import { expect } from 'chai'
import { encodeResponse } from '../../src/discovery/codec.ts'
import { signHeader } from '../../src/discovery/header.ts'
import { signOffer } from '../../src/discovery/offer.ts'
import { LOOKUP_PROTOCOL, OFFER_TTL_MS, SUSPICION_MS } from '../../src/discovery/protocol.ts'
import { summarise } from '../../src/discovery/summary.ts'
import { signWithdrawal } from '../../src/discovery/withdraw.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { cidOf } from '../../src/domain/cid.ts'
import { peerIdText } from '../../src/domain/ids.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { CHAIN, HEADER, OFFER, OTHER_FILE, SHA256, signerOf } from './fixtures.ts'
import { MemoryNetwork, type MemoryPeer } from './memory-network.ts'
import { findAll, leecherOf, SHARED, SHARED_REFERENCE, SIZE_BYTES, seederOf, TERMS } from './swarm.ts'

/** Lets promises settle; nothing here waits for time. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('discovery/lookup', () => {
  let clock: FakeClock
  let network: MemoryNetwork

  beforeEach(() => {
    clock = new FakeClock()
    network = new MemoryNetwork()
  })

  async function share(name: string, signerByte: number): Promise<MemoryPeer> {
    const peer = network.join(name)
    const publisher = seederOf(peer, signerByte, clock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED, sha256: SHA256 })
    await publisher.announced(SHARED, new AbortController().signal)
    return peer
  }

  /** A peer in the DHT that answers every offer request with these bytes. */
  async function shareBytes(name: string, offer: () => Uint8Array, header?: Uint8Array): Promise<MemoryPeer> {
    const peer = network.join(name)
    await peer.handle(LOOKUP_PROTOCOL, async (stream) => {
      for await (const _ of readFrames(stream.source, 10_000))
        await writeFrame(stream, encodeResponse({ kind: 'offer', offer: offer(), ...(header && { header }) }))
    })
    await peer.provide(cidOf(SHARED))
    return peer
  }

  it('finds every seeder with its verified offer and the header record', async () => {
    await Promise.all([share('a', 1), share('b', 2), share('c', 3)])
    const found = await findAll(leecherOf(network.join('leecher'), clock))
    expect(found.map(({ peerId }) => peerId).sort()).to.deep.equal(['a', 'b', 'c'])
    for (const { offer, header } of found) {
      expect(offer.pricePerMiB).to.equal(TERMS.pricePerMiB)
      expect(header?.name).to.equal(HEADER.name)
    }
    expect(new Set(found.map(({ offer }) => offer.wallet)).size).to.equal(3)
  })

  it('finds nobody without an error when nobody has the file', async () => {
    expect(await findAll(leecherOf(network.join('leecher'), clock))).to.deep.equal([])
  })

  it('drops forged, expired, foreign and oversized offers and keeps the honest one', async () => {
    const honest = { ...OFFER, fileHash: SHARED, expiresAt: clock.now() + 60_000 }
    const liars: Record<string, () => Uint8Array> = {
      rubbish: () => new Uint8Array(100).fill(0xff),
      expired: () => signOffer({ ...honest, peerId: peerIdText('expired'), expiresAt: clock.now() - 1 }, signerOf(9)),
      eternal: () => signOffer({ ...honest, peerId: peerIdText('eternal'), expiresAt: clock.now() * 2 }, signerOf(9)),
      foreign: () =>
        signOffer({ ...honest, peerId: peerIdText('foreign'), chain: { ...CHAIN, chainId: 98765 } }, signerOf(9)),
      borrowed: () => signOffer({ ...honest, peerId: peerIdText('somebody else') }, signerOf(9)),
      other: () => signOffer({ ...honest, peerId: peerIdText('other'), fileHash: OTHER_FILE }, signerOf(9)),
      unsigned: () => {
        const bytes = signOffer({ ...honest, peerId: peerIdText('unsigned') }, signerOf(9))
        bytes[bytes.byteLength - 5] = (bytes.at(-5) ?? 0) ^ 1
        return bytes
      },
    }
    for (const [name, offer] of Object.entries(liars)) await shareBytes(name, offer)
    await share('honest', 1)
    const found = await findAll(leecherOf(network.join('leecher'), clock))
    expect(found.map(({ peerId }) => peerId)).to.deep.equal(['honest'])
  })

  it('keeps an offer whose header record is wrong, and drops the header alone', async () => {
    const header = signHeader({ ...HEADER, fileHash: OTHER_FILE }, signerOf(1))
    const offer = () =>
      signOffer({ ...OFFER, fileHash: SHARED, peerId: peerIdText('a'), expiresAt: clock.now() + 60_000 }, signerOf(1))
    await shareBytes('a', offer, header)
    const [found] = await findAll(leecherOf(network.join('leecher'), clock))
    expect(found?.peerId).to.equal('a')
    expect(found?.header).to.equal(undefined)
  })

  it('ignores an offer older than one it has seen', async () => {
    let sequence = 10
    const offer = () =>
      signOffer(
        { ...OFFER, fileHash: SHARED, peerId: peerIdText('a'), sequence, expiresAt: clock.now() + 60_000 },
        signerOf(1),
      )
    await shareBytes('a', offer)
    const lookup = leecherOf(network.join('leecher'), clock)
    expect(await findAll(lookup)).to.have.length(1)
    expect(await findAll(lookup), 'the same offer again is fine').to.have.length(1)
    sequence = 9
    expect(await findAll(lookup)).to.have.length(0)
    await clock.advance(SUSPICION_MS)
    sequence = 11
    expect(await findAll(lookup)).to.have.length(1)
  })

  it('suspects a provider that is gone, finds the others, and tries it again later', async () => {
    const gone = await share('gone', 1)
    await share('there', 2)
    const leecher = network.join('leecher')
    const lookup = leecherOf(leecher, clock)
    gone.reachable = false
    expect((await findAll(lookup)).map(({ peerId }) => peerId)).to.deep.equal(['there'])
    const dials = leecher.dials
    await findAll(lookup)
    expect(leecher.dials - dials, 'the suspect is not dialled again').to.equal(1)
    gone.reachable = true
    await clock.advance(SUSPICION_MS)
    expect(await findAll(lookup)).to.have.length(2)
  })

  it('asks a suspect again before its time when told to', async () => {
    const busy = await share('busy', 1)
    const lookup = leecherOf(network.join('leecher'), clock)
    busy.reachable = false
    expect(await findAll(lookup)).to.have.length(0)
    busy.reachable = true
    expect(await findAll(lookup)).to.have.length(0)
    expect(await findAll(lookup, SHARED_REFERENCE, { askSuspected: true })).to.have.length(1)
  })

  it('forgets a suspicion when the peer comes by itself', async () => {
    const peer = await share('a', 1)
    const leecher = network.join('leecher')
    const lookup = leecherOf(leecher, clock)
    lookup.suspect(peer.peerId)
    expect(await findAll(lookup)).to.have.length(0)
    await peer.connect({ peerId: leecher.peerId, addresses: [] })
    expect(await findAll(lookup)).to.have.length(1)
  })

  it('gives up on a provider that never answers, and only on that one', async () => {
    const silent = network.join('silent')
    await silent.handle(LOOKUP_PROTOCOL, () => new Promise(() => undefined))
    await silent.provide(cidOf(SHARED))
    await share('there', 2)
    const search = findAll(leecherOf(network.join('leecher'), clock))
    for (let i = 0; i < 20; i++) await clock.advance(1_000)
    expect((await search).map(({ peerId }) => peerId)).to.deep.equal(['there'])
  })

  it('ends when enough are found, and when its signal aborts', async () => {
    await Promise.all([share('a', 1), share('b', 2), share('c', 3)])
    const lookup = leecherOf(network.join('leecher'), clock)
    const { signal } = new AbortController()
    const told: string[] = []
    const onSeeder = (seeder: { peerId: string }) => told.push(seeder.peerId)
    const found = await Array.fromAsync(
      lookup.find({ kind: 'file', fileHash: SHARED }, { signal, minSeeders: 2, onSeeder }),
    )
    expect(found).to.have.length(2)
    expect(told).to.have.length(2)
    expect(await findAll(lookup, { kind: 'file', fileHash: SHARED }, { signal: AbortSignal.abort() })).to.have.length(0)
  })

  it('resolves a sha256 to what most peers say, and finds its seeders', async () => {
    await Promise.all([share('a', 1), share('b', 1)])
    const liarPeer = network.join('liar')
    const header = signHeader({ ...HEADER, fileHash: OTHER_FILE }, signerOf(9))
    await liarPeer.handle(LOOKUP_PROTOCOL, async (stream) => {
      for await (const _ of readFrames(stream.source, 10_000))
        await writeFrame(stream, encodeResponse({ kind: 'alias', header }))
    })
    await liarPeer.provide(cidOf(SHA256))
    const lookup = leecherOf(network.join('leecher'), clock)
    const { signal } = new AbortController()
    const candidates = await lookup.resolve(SHA256, { signal })
    expect(candidates.map(({ fileHash, peers }) => [fileHash, peers])).to.deep.equal([
      [SHARED, 2],
      [OTHER_FILE, 1],
    ])
    expect(candidates[0]?.publisher).to.equal(signerOf(1).address)
    expect(await findAll(lookup, { kind: 'sha256', sha256: SHA256 })).to.have.length(2)
    expect(await findAll(lookup, { kind: 'sha256', sha256: '00'.repeat(32) })).to.have.length(0)
  })

  it('takes a withdrawal from the seeder itself, and its offers only when they are newer', async () => {
    const peer = await share('a', 1)
    const lookup = leecherOf(network.join('leecher'), clock)
    const sequence = clock.now() + 5
    const record = signWithdrawal({ fileHash: SHARED, peerId: peer.peerId, chain: CHAIN, sequence }, signerOf(1))
    expect(lookup.acceptWithdrawal(record, peerIdText('b')), 'from somebody else').to.equal(false)
    expect(await findAll(lookup)).to.have.length(1)
    expect(lookup.acceptWithdrawal(record, peer.peerId)).to.equal(true)
    expect(await findAll(lookup)).to.have.length(0)
    // shared again: once the offer is made anew its sequence is above the withdrawn one
    await clock.advance(OFFER_TTL_MS)
    expect(await findAll(lookup)).to.have.length(1)
  })

  it('does not let one wallet withdraw the offers of another', async () => {
    const peer = await share('a', 1)
    const lookup = leecherOf(network.join('leecher'), clock)
    const sequence = clock.now() + 5
    lookup.acceptWithdrawal(
      signWithdrawal({ fileHash: SHARED, peerId: peer.peerId, chain: CHAIN, sequence }, signerOf(2)),
      peer.peerId,
    )
    expect(await findAll(lookup)).to.have.length(1)
  })

  it('is summed up in the published shape', async () => {
    await share('a', 1)
    const partial = network.join('b')
    const have = new Bitfield(12)
    for (const index of [5, 6, 7, 11]) have.add(index)
    const publisher = seederOf(partial, 2, clock, {
      offerTerms: () => ({ ...TERMS, have, otherEndpoints: { http: { url: 'http://127.0.0.1:8080/' } } }),
    })
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    await settle()
    const found = await findAll(leecherOf(network.join('leecher'), clock))
    const summary = summarise(SHARED, found)
    expect(summary).to.deep.include({
      file_hash: SHARED,
      file_name: HEADER.name,
      file_size: SIZE_BYTES,
      total_chunks: 12,
      chunk_size: 262_144,
      total_seeders: 2,
      seeders_by_protocol: { 'chiral-private': 2, http: 1, bittorrent: 0, webtorrent: 0, ed2k: 0 },
    })
    expect(summary.seeders[0]).to.deep.include({ peer_id: 'a', wallet: signerOf(1).address, chunks: 'all' })
    expect(summary.seeders[1]).to.deep.include({
      peer_id: 'b',
      protocols: ['chiral-private', 'http'],
      http_url: 'http://127.0.0.1:8080/',
      chunks: [
        [5, 7],
        [11, 11],
      ],
      price_per_mib: '1000',
    })
    expect(() => JSON.stringify(summary)).to.not.throw()
  })
})
