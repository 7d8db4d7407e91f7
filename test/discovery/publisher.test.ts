import { expect } from 'chai'
import { createLookupClient } from '../../src/discovery/client.ts'
import { verifyOffer } from '../../src/discovery/offer.ts'
import {
  ANNOUNCE_RETRY_MS,
  MAX_ANNOUNCE_RETRY_MS,
  OFFER_RENEW_MS,
  OFFER_TTL_MS,
  REPUBLISH_MS,
} from '../../src/discovery/protocol.ts'
import { wei } from '../../src/domain/amount.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { CHAIN, SHA256 } from './fixtures.ts'
import { MemoryNetwork } from './memory-network.ts'
import { codeOfRejection, findAll, leecherOf, SHARED, seederOf, TERMS } from './swarm.ts'

const NEVER = new AbortController().signal

describe('discovery/publisher', () => {
  it('announces a file and its alias, and again before the records expire', async () => {
    const clock = new FakeClock()
    const peer = new MemoryNetwork().join('a')
    const publisher = seederOf(peer, 1, clock)
    publisher.publish({ fileHash: SHARED, sha256: SHA256 })
    publisher.publish({ fileHash: SHARED, sha256: SHA256 })
    expect(await publisher.announced(SHARED, NEVER)).to.equal(3)
    expect(peer.provided).to.equal(2)
    expect(publisher.announcements()).to.deep.equal([
      { fileHash: SHARED, sha256: SHA256, peers: 3, announcedAt: clock.now() },
    ])
    await clock.advance(REPUBLISH_MS)
    expect(peer.provided).to.equal(4)
    await publisher.stop()
    await clock.advance(10 * REPUBLISH_MS)
    expect(peer.provided).to.equal(4)
  })

  it('tries again with back-off until a peer took the record', async () => {
    const clock = new FakeClock()
    const peer = new MemoryNetwork().join('a')
    peer.dhtPeers = 0
    const publisher = seederOf(peer, 1, clock)
    publisher.publish({ fileHash: SHARED })
    const announced = publisher.announced(SHARED, NEVER)
    await clock.advance(0)
    expect(peer.provided).to.equal(1)
    await clock.advance(ANNOUNCE_RETRY_MS)
    expect(peer.provided).to.equal(2)
    await clock.advance(ANNOUNCE_RETRY_MS)
    expect(peer.provided, 'the wait doubled').to.equal(2)
    await clock.advance(ANNOUNCE_RETRY_MS)
    expect(peer.provided).to.equal(3)
    peer.dhtPeers = 1
    await clock.advance(MAX_ANNOUNCE_RETRY_MS)
    expect(await announced).to.equal(1)
  })

  it('tries at once when a peer connects', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const peer = network.join('a')
    peer.dhtPeers = 0
    const publisher = seederOf(peer, 1, clock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    for (let i = 0; i < 60; i++) await clock.advance(1_000)
    peer.dhtPeers = 1
    await network.join('b').connect({ peerId: peer.peerId, addresses: [] })
    expect(await publisher.announced(SHARED, NEVER)).to.equal(1)
  })

  it('says that a file is not shared, or no longer', async () => {
    const clock = new FakeClock()
    const peer = new MemoryNetwork().join('a')
    peer.dhtPeers = 0
    const publisher = seederOf(peer, 1, clock)
    expect(await codeOfRejection(publisher.announced(SHARED, NEVER))).to.equal('NOT_PUBLISHED')
    publisher.publish({ fileHash: SHARED })
    const waiting = codeOfRejection(publisher.announced(SHARED, NEVER))
    await publisher.withdraw(SHARED)
    expect(await waiting).to.equal('NOT_PUBLISHED')
  })

  it('offers what is published and nothing else', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const peer = network.join('a')
    const publisher = seederOf(peer, 1, clock)
    await publisher.start()
    const client = createLookupClient({ network: network.join('b'), clock })
    expect(await client.offer(peer.peerId, SHARED, NEVER)).to.equal(undefined)
    publisher.publish({ fileHash: SHARED })
    expect(await client.offer(peer.peerId, SHARED, NEVER)).to.not.equal(undefined)
    await publisher.withdraw(SHARED)
    expect(await client.offer(peer.peerId, SHARED, NEVER)).to.equal(undefined)
  })

  it('reuses an offer until it is old or its terms change, with a growing sequence', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const peer = network.join('a')
    let terms = TERMS
    const publisher = seederOf(peer, 1, clock, { offerTerms: () => terms })
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    const client = createLookupClient({ network: network.join('b'), clock })
    async function offer() {
      const answer = await client.offer(peer.peerId, SHARED, NEVER)
      const context = { fileHash: SHARED, fromPeerId: peer.peerId, now: clock.now(), chain: CHAIN }
      const verdict = verifyOffer(answer?.offer ?? new Uint8Array(0), context)
      if (!verdict.accepted) throw new Error(verdict.code)
      return verdict.value
    }
    const first = await offer()
    expect((await offer()).sequence).to.equal(first.sequence)
    terms = { ...TERMS, pricePerMiB: wei(7n) }
    const second = await offer()
    expect(second.pricePerMiB).to.equal(7n)
    expect(second.sequence).to.be.greaterThan(first.sequence)
    await clock.advance(OFFER_TTL_MS - OFFER_RENEW_MS)
    const third = await offer()
    expect(third.sequence).to.be.greaterThan(second.sequence)
    expect(third.expiresAt - clock.now()).to.be.greaterThan(OFFER_RENEW_MS)
  })

  it('tells connected peers when it leaves', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const seeder = network.join('seeder')
    const publisher = seederOf(seeder, 1, clock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    await publisher.announced(SHARED, NEVER)
    const leecher = network.join('leecher')
    const lookup = leecherOf(leecher, clock)
    const told: boolean[] = []
    const listener = seederOf(leecher, 2, clock, {}, (record, from) => told.push(lookup.acceptWithdrawal(record, from)))
    await listener.start()
    expect(await findAll(lookup)).to.have.length(1)
    await publisher.stop()
    expect(told).to.deep.equal([true])
  })

  it('is found again by those it left, when it shares the file again', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const publisher = seederOf(network.join('seeder'), 1, clock)
    await publisher.start()
    publisher.publish({ fileHash: SHARED })
    await publisher.announced(SHARED, NEVER)
    const leecher = network.join('leecher')
    const lookup = leecherOf(leecher, clock)
    await seederOf(leecher, 2, clock, {}, (record, from) => lookup.acceptWithdrawal(record, from)).start()
    expect(await findAll(lookup)).to.have.length(1)
    await publisher.withdraw(SHARED)
    expect(await findAll(lookup)).to.have.length(0)
    publisher.publish({ fileHash: SHARED })
    expect(await findAll(lookup)).to.have.length(1)
  })

  it('leaves in time though a peer does not answer', async () => {
    const clock = new FakeClock()
    const network = new MemoryNetwork()
    const seeder = network.join('seeder')
    const publisher = seederOf(seeder, 1, clock)
    publisher.publish({ fileHash: SHARED })
    await publisher.announced(SHARED, NEVER)
    const dead = network.join('dead')
    await dead.handle('/chiral/lookup/1', () => new Promise(() => undefined))
    await dead.connect({ peerId: seeder.peerId, addresses: [] })
    const stopped = publisher.stop()
    await clock.advance(2_000)
    await stopped
  })
})
