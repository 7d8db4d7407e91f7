import { expect } from 'chai'
import fc from 'fast-check'
import { bigintToBytes, toHex } from '../../../../src/domain/bytes.ts'
import { AddressProofs } from '../../../../src/public-protocols/ed2k/kad/address-proofs.ts'
import { encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import { type KadId, parseKadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import {
  CLOSEST_NODES,
  MAX_AMPLIFICATION,
  MAX_INDEXED_FILES,
  MAX_PROVED_ADDRESSES,
  MAX_SOURCES_PER_PUBLISHER,
  SOURCE_LIFETIME_MS,
} from '../../../../src/public-protocols/ed2k/kad/limits.ts'
import type { KadContact } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { newSourceIndex } from '../../../../src/public-protocols/ed2k/kad/source-index.ts'
import {
  LOOKUP_PARALLEL,
  MAX_CONTACTS,
  MAX_LOOKUP_QUESTIONS,
  MAX_SILENCES,
} from '../../../../src/public-protocols/kademlia/limits.ts'
import { Lookup } from '../../../../src/public-protocols/kademlia/lookup.ts'
import { distance, sharedBits } from '../../../../src/public-protocols/kademlia/place.ts'
import { RoutingTable } from '../../../../src/public-protocols/kademlia/routing-table.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { kadIds, kadMessages } from './messages.ts'
import { KadNetwork, UDP_PORT } from './network.ts'

const OWN = parseKadId('00'.repeat(16))
const NOW = 1_000
const random = seededRandom('bounds')
const newId = (): KadId => parseKadId(toHex(random.bytes(16)))
const addressOf = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`

function contactOf(index: number, id = newId()): KadContact {
  return { id, address: addressOf(index), udpPort: UDP_PORT, tcpPort: 4662, version: 5 }
}

const newTable = () => new RoutingTable<KadContact>(OWN, { k: CLOSEST_NODES, perAddress: 1 })

/** An id so far from that of the node: all such share a bucket. */
function farId(index: number): KadId {
  return parseKadId(toHex(bigintToBytes((1n << 127n) + BigInt(index), 16)))
}

describe('public-protocols/ed2k/kad: bounds', () => {
  it('counts the leading bits that two places share', () => {
    fc.assert(
      fc.property(kadIds, kadIds, fc.nat(15), (a, b, digits) => {
        const near = parseKadId(`${a.slice(0, digits)}${b.slice(digits)}`)
        const apart = distance(a, near)
        expect(sharedBits(a, near)).to.equal(apart === 0n ? 128 : 128 - apart.toString(2).length)
      }),
    )
  })

  describe('routing table', () => {
    it('keeps a few at each distance, and those that were there first', () => {
      const table = newTable()
      const seen = Array.from({ length: 50 }, (_, index) => table.seen(contactOf(index, farId(index)), NOW))
      expect(seen.filter(Boolean)).to.have.length(CLOSEST_NODES)
      expect(table.get(farId(0))).to.not.equal(undefined)
      for (let index = 100; index < 10_000; index++) table.seen(contactOf(index), NOW)
      expect(table.size).to.be.within(CLOSEST_NODES + 1, MAX_CONTACTS)
    })

    it('gives the place of one that fell silent to another, and drops it in the end', () => {
      const table = newTable()
      for (let index = 0; index < CLOSEST_NODES; index++) table.seen(contactOf(index, farId(index)), NOW)
      table.silent(farId(3))
      expect(table.seen(contactOf(50, farId(50)), NOW)).to.equal(true)
      expect(table.get(farId(3))).to.equal(undefined)
      for (let silence = 0; silence < MAX_SILENCES; silence++) table.silent(farId(4))
      expect(table.get(farId(4))).to.equal(undefined)
    })

    it('lets nobody take the id of another, or its own', () => {
      const table = newTable()
      const contact = contactOf(1)
      table.seen(contact, NOW)
      expect(table.seen({ ...contact, address: addressOf(2) }, NOW)).to.equal(false)
      expect(table.get(contact.id)).to.have.property('address', addressOf(1))
      expect(table.seen(contactOf(3, OWN), NOW)).to.equal(false)
    })

    it('tells the closest in their order', () => {
      fc.assert(
        fc.property(kadIds, fc.uniqueArray(kadIds, { maxLength: 40 }), (target, ids) => {
          const table = newTable()
          for (const [index, id] of ids.entries()) table.seen(contactOf(index, id), NOW)
          const told = table.closest(target, 5).map(({ id }) => distance(target, id))
          const known = [...table.all()].map(({ id }) => distance(target, id)).sort((a, b) => (a < b ? -1 : 1))
          expect(told).to.deep.equal(known.slice(0, 5))
        }),
      )
    })
  })

  describe('index', () => {
    const source = (address: string, tcpPort = 4662) => ({ publisher: OWN, address, tcpPort, udpPort: 0, sizeBytes: 7 })

    it('holds so many files, and of one address so many sources', () => {
      const index = newSourceIndex()
      for (let file = 0; file < 2 * MAX_SOURCES_PER_PUBLISHER; file++) index.add(newId(), source('192.0.2.1'), NOW)
      expect(index.size).to.equal(MAX_SOURCES_PER_PUBLISHER)
      for (let file = 0; file < 2 * MAX_INDEXED_FILES; file++) index.add(newId(), source(addressOf(file)), NOW)
      expect(index.size).to.equal(MAX_INDEXED_FILES)
    })

    it('has room again for what is forgotten', () => {
      const index = newSourceIndex()
      for (let file = 0; file < MAX_SOURCES_PER_PUBLISHER; file++) index.add(newId(), source('192.0.2.1'), NOW)
      expect(index.add(OWN, source('192.0.2.1'), NOW)).to.equal(false)
      index.forgetExpired(NOW + SOURCE_LIFETIME_MS)
      expect(index.size).to.equal(0)
      expect(index.add(OWN, source('192.0.2.1'), NOW)).to.equal(true)
    })

    it('counts a source that is published again once, and keeps it longer', () => {
      const index = newSourceIndex()
      for (const now of [NOW, NOW + 1, NOW + SOURCE_LIFETIME_MS / 2]) index.add(OWN, source('192.0.2.1'), now)
      expect(index.size).to.equal(1)
      expect(index.sources(OWN, NOW + SOURCE_LIFETIME_MS)).to.have.length(1)
    })
  })

  describe('lookup', () => {
    /** Answers every question with nodes that are closer, each made up. */
    function liars(addresses: number, perAddress: number): { questions: number; most: number; closest: number } {
      const target = farId(0)
      const lookup = new Lookup(target, [contactOf(0, OWN)], { k: CLOSEST_NODES, perAddress })
      let [questions, most, made] = [0, 0, 1]
      const open: KadContact[] = []
      while (!lookup.isDone) {
        open.push(...lookup.next())
        most = Math.max(most, open.length)
        const asked = open.shift()
        if (asked === undefined) throw new Error('it asks nobody and is not done')
        questions++
        lookup.settled(asked.id, 'answered')
        const closer = Array.from({ length: 11 }, () => contactOf(made % addresses, farId(1 + 2 ** 20 - made++)))
        lookup.add(closer)
      }
      return { questions, most, closest: lookup.closest().length }
    }

    it('ends among nodes that are made up without end', () => {
      expect(liars(10_000, 2)).to.deep.equal({
        questions: MAX_LOOKUP_QUESTIONS,
        most: LOOKUP_PARALLEL,
        closest: CLOSEST_NODES,
      })
    })

    it('asks few of one address, however many nodes it makes up', () => {
      expect(liars(3, 2).questions).to.be.at.most(6)
    })

    it('ends when all are silent', () => {
      const lookup = new Lookup(
        OWN,
        Array.from({ length: 100 }, (_, index) => contactOf(index)),
        { k: CLOSEST_NODES, perAddress: 1 },
      )
      for (let asked = lookup.next(); asked.length > 0; asked = lookup.next())
        for (const { id } of asked) lookup.settled(id, 'silent')
      expect(lookup.isDone).to.equal(true)
      expect(lookup.closest()).to.deep.equal([])
    })
  })

  it('remembers the proofs of so many addresses, the newest', () => {
    const proofs = new AddressProofs()
    const at = (index: number) => ({ address: addressOf(index), port: UDP_PORT })
    for (let index = 0; index <= MAX_PROVED_ADDRESSES; index++) proofs.prove(at(index), NOW)
    expect(proofs.isProved(at(0), NOW)).to.equal(false)
    expect(proofs.isProved(at(1), NOW)).to.equal(true)
  })

  it('whatever strangers send who prove nothing, they get at most three times as much, and nothing of it is kept', () => {
    const packets = fc.array(fc.tuple(fc.nat(4), kadMessages), { maxLength: 60 })
    fc.assert(
      fc.property(packets, (sent) => {
        const network = new KadNetwork()
        const id = newId()
        const node = network.add('10.9.9.9', id)
        for (let index = 1; index <= 12; index++) network.add(`10.9.8.${index}`, newId(), { bootstrap: ['10.9.9.9'] })
        network.pass(1_000)
        const known = node.contacts
        node.serve([{ target: id, sizeBytes: 7 }], network.now)
        const received = new Map<string, number>()
        for (const [stranger, message] of sent) {
          if (message.kind === 'pong') continue
          // Every other question is for this node.
          const aimed =
            message.kind === 'find' && stranger % 2 === 0 ? { ...message, receiver: id, target: id } : message
          const address = `198.51.100.${stranger}`
          network.deliver({ address, port: UDP_PORT }, '10.9.9.9', aimed)
          received.set(address, (received.get(address) ?? 0) + encodeDatagram(aimed).byteLength)
        }
        for (const [address, bytes] of received) {
          const answers = network.sent.filter(({ to }) => to.address === address)
          const answered = answers.reduce((sum, { bytes: each }) => sum + each.byteLength, 0)
          expect(answered).to.be.at.most(MAX_AMPLIFICATION * bytes)
        }
        expect([node.contacts, node.indexed]).to.deep.equal([known, 0])
      }),
      { numRuns: 50 },
    )
  })
})
