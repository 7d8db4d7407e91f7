import { expect } from 'chai'
import { toHex } from '../../../../src/domain/bytes.ts'
import { encodeMessage } from '../../../../src/public-protocols/ed2k/kad/codec.ts'
import { type KadId, parseKadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import {
  ENOUGH_NODES,
  MAX_AMPLIFICATION,
  MAX_SOURCES_PER_FILE,
  PROOF_MS,
  PUBLISH_PAUSE_MS,
  PUBLISH_RETRY_MS,
  REFRESH_MS,
  REPUBLISH_MS,
  SILENT_MS,
  SOURCE_LIFETIME_MS,
} from '../../../../src/public-protocols/ed2k/kad/limits.ts'
import type { KadMessage } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { closestTo } from '../../../../src/public-protocols/kademlia/place.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { KadNetwork, TCP_PORT, UDP_PORT } from './network.ts'

const SIZE_BYTES = 25_000_000
const random = seededRandom('kad')
const newId = (): KadId => parseKadId(toHex(random.bytes(16)))
const FILE = newId()
const addressOf = (index: number): string => `203.0.113.${index + 1}`
const sourceAt = (address: string) => ({ address, tcpPort: TCP_PORT, udpPort: UDP_PORT })
const STRANGER = { address: '198.51.100.7', port: UDP_PORT }

/** Nodes of which each knows the one before it. */
function chainOf(count: number): { network: KadNetwork; ids: KadId[] } {
  const network = new KadNetwork()
  const ids = Array.from({ length: count }, newId)
  for (const [index, id] of ids.entries())
    network.add(addressOf(index), id, { bootstrap: index === 0 ? [] : [addressOf(index - 1)] })
  network.pass(REFRESH_MS)
  return { network, ids }
}

describe('public-protocols/ed2k/kad/kad-state', () => {
  describe('two nodes', () => {
    it('meet by an address alone, and know each other', () => {
      const network = new KadNetwork()
      const first = network.add(addressOf(0), newId())
      const second = network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
      network.pass(1_000)
      expect([first.contacts, second.contacts]).to.deep.equal([1, 1])
    })

    it('find what the other serves, and nothing of another file or size', () => {
      const { network } = chainOf(2)
      const seeder = network.add(addressOf(9), newId(), { bootstrap: [addressOf(0)] })
      seeder.serve([{ target: FILE, sizeBytes: SIZE_BYTES }], network.now)
      network.pass(PUBLISH_PAUSE_MS)
      expect(network.search(addressOf(1), FILE, SIZE_BYTES)).to.deep.equal([sourceAt(addressOf(9))])
      expect(network.search(addressOf(1), FILE, SIZE_BYTES + 1)).to.deep.equal([])
      expect(network.search(addressOf(1), newId(), SIZE_BYTES)).to.deep.equal([])
    })

    it('try again to meet while nobody answers', () => {
      const network = new KadNetwork()
      const alone = network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
      network.pass(5 * 60_000)
      const asked = network.sent.filter(({ message }) => message.kind === 'bootstrap').length
      expect(asked).to.be.within(5, 10)
      network.add(addressOf(0), newId())
      network.pass(60_000)
      expect(alone.contacts).to.equal(1)
    })

    it('end a search while nobody is known', () => {
      const network = new KadNetwork()
      network.add(addressOf(0), newId())
      expect(network.search(addressOf(0), FILE, SIZE_BYTES)).to.deep.equal([])
    })
  })

  describe('ten nodes', () => {
    it('of which each knew one other, find a source from anywhere', () => {
      const { network } = chainOf(10)
      const seeder = network.add(addressOf(20), newId(), { bootstrap: [addressOf(4)] })
      seeder.serve([{ target: FILE, sizeBytes: SIZE_BYTES }], network.now)
      network.pass(PUBLISH_PAUSE_MS)
      for (let index = 0; index < 10; index++)
        expect(network.search(addressOf(index), FILE, SIZE_BYTES)).to.deep.equal([sourceAt(addressOf(20))])
    })

    it('go on to find it after its seeder and half of them left, until it is forgotten', () => {
      const { network } = chainOf(10)
      const seeder = network.add(addressOf(20), newId(), { bootstrap: [addressOf(4)] })
      seeder.serve([{ target: FILE, sizeBytes: SIZE_BYTES }], network.now)
      network.pass(PUBLISH_PAUSE_MS)
      for (const index of [20, 1, 2, 3, 4, 5]) network.remove(addressOf(index))
      expect(network.search(addressOf(0), FILE, SIZE_BYTES)).to.deep.equal([sourceAt(addressOf(20))])
      network.pass(SOURCE_LIFETIME_MS)
      expect(network.search(addressOf(0), FILE, SIZE_BYTES)).to.deep.equal([])
    })
  })

  it('forty nodes: the closest keep what is published, and a lookup asks few', () => {
    const { network, ids } = chainOf(40)
    const seeder = network.add(addressOf(50), newId(), { bootstrap: [addressOf(4)] })
    seeder.serve([{ target: FILE, sizeBytes: SIZE_BYTES }], network.now)
    network.pass(PUBLISH_PAUSE_MS)
    const nodes = ids.map((id, index) => ({ id, address: addressOf(index) }))
    const [closest] = closestTo(FILE, nodes, 1)
    const before = network.sent.length
    expect(network.search(closest?.address ?? '', FILE, SIZE_BYTES)).to.have.length(1)
    const asked = network.sent.slice(before).filter(({ message }) => message.kind === 'find')
    expect(asked.length).to.be.below(40)
  })

  it('publishes one file after another, and again before it is forgotten', () => {
    const network = new KadNetwork()
    const index = network.add(addressOf(0), newId())
    for (let node = 2; node <= ENOUGH_NODES; node++)
      network.add(addressOf(node), newId(), { bootstrap: [addressOf(0)] })
    network.pass(PUBLISH_PAUSE_MS)
    const seeder = network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
    const files = Array.from({ length: 5 }, () => ({ target: newId(), sizeBytes: SIZE_BYTES }))
    seeder.serve(files, network.now)
    network.pass(PUBLISH_PAUSE_MS)
    expect(index.indexed).to.equal(1)
    network.pass(4 * PUBLISH_PAUSE_MS)
    expect(index.indexed).to.equal(5)
    network.pass(REPUBLISH_MS + 10 * PUBLISH_PAUSE_MS)
    const published = network.sent.filter(({ message }) => message.kind === 'publish')
    expect(published).to.have.length(10 * ENOUGH_NODES)
    seeder.serve(files.slice(0, 1), network.now)
    network.pass(SOURCE_LIFETIME_MS + REFRESH_MS)
    expect(index.indexed).to.equal(1)
  })

  it('publishes sooner again what too few nodes took', () => {
    const network = new KadNetwork()
    network.add(addressOf(0), newId())
    const seeder = network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
    seeder.serve([{ target: FILE, sizeBytes: SIZE_BYTES }], network.now)
    const published = (): unknown[] => network.sent.filter(({ message }) => message.kind === 'publish')
    network.pass(PUBLISH_RETRY_MS / 2)
    expect(published()).to.have.length(1)
    network.pass(PUBLISH_RETRY_MS)
    expect(published()).to.have.length(2)
    network.pass(PUBLISH_RETRY_MS)
    expect(published()).to.have.length(2)
    network.pass(PUBLISH_RETRY_MS)
    expect(published()).to.have.length(3)
  })

  it('drops a node that is silent, and greets it before', () => {
    const network = new KadNetwork()
    const node = network.add(addressOf(0), newId())
    network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
    network.pass(SILENT_MS + 60_000)
    expect(node.contacts, 'who answers stays').to.equal(1)
    network.remove(addressOf(1))
    network.pass(SILENT_MS + 60_000)
    expect(node.contacts).to.equal(0)
  })

  describe('towards strangers', () => {
    const ASKED = parseKadId('0f0e0d0c0b0a09080706050403020100')
    const publish = {
      kind: 'publish',
      target: FILE,
      publisher: newId(),
      source: { tcpPort: 4662, udpPort: 0, sizeBytes: 7 },
    } as const

    /** A node that knows ten others and serves a file. */
    function known(): KadNetwork {
      const { network } = chainOf(10)
      network
        .add(addressOf(20), ASKED, { bootstrap: [addressOf(0)] })
        .serve([{ target: FILE, sizeBytes: 7 }], network.now)
      network.pass(1_000)
      return network
    }

    /** Long answers, each with its question. */
    const QUESTIONS: readonly KadMessage[] = [
      { kind: 'bootstrap' },
      { kind: 'find', count: 11, target: FILE, receiver: ASKED },
      { kind: 'search', target: FILE, start: 0, sizeBytes: 7 },
    ]

    for (const question of QUESTIONS)
      it(`answers a ${question.kind} of some length only after its asker answered a ping`, () => {
        const network = known()
        const first = network.deliver(STRANGER, addressOf(20), question)
        expect(first.map(({ kind }) => kind)).to.include('ping')
        const bytes = first.reduce((sum, answer) => sum + encodeMessage(answer).byteLength, 0)
        expect(bytes).to.be.at.most(MAX_AMPLIFICATION * encodeMessage(question).byteLength)
        const second = network.deliver(STRANGER, addressOf(20), { kind: 'pong', port: UDP_PORT })
        expect(second.map(({ kind }) => kind)).to.deep.equal([
          { bootstrap: 'bootstrap-answer', find: 'found', search: 'search-answer' }[question.kind as 'find'],
        ])
        expect(network.deliver(STRANGER, addressOf(20), question), 'again').to.deep.equal(second)
        network.pass(PROOF_MS)
        expect(network.deliver(STRANGER, addressOf(20), question).map(({ kind }) => kind)).to.include('ping')
      })

    it('believes no pong that was not asked for, and none that comes late', () => {
      const network = known()
      network.deliver(STRANGER, addressOf(20), { kind: 'pong', port: UDP_PORT })
      expect(network.deliver(STRANGER, addressOf(20), { kind: 'bootstrap' })).to.deep.equal([{ kind: 'ping' }])
      network.pass(60_000)
      expect(network.deliver(STRANGER, addressOf(20), { kind: 'pong', port: UDP_PORT })).to.deep.equal([])
    })

    it('pings an address once, however often it asks', () => {
      const network = known()
      const answers = Array.from({ length: 100 }, () => network.deliver(STRANGER, addressOf(20), { kind: 'bootstrap' }))
      expect(answers.flat()).to.deep.equal([{ kind: 'ping' }])
    })

    it('keeps a publication under the address it came from, and only when that is proved', () => {
      const network = new KadNetwork()
      const node = network.add(addressOf(20), ASKED)
      network.deliver(STRANGER, addressOf(20), publish)
      expect(node.indexed).to.equal(0)
      const answers = network.deliver(STRANGER, addressOf(20), { kind: 'pong', port: UDP_PORT })
      expect(answers).to.deep.equal([{ kind: 'publish-answer', target: FILE, load: 1 }])
      expect(network.search(addressOf(20), FILE, 7)).to.deep.equal([
        { address: STRANGER.address, tcpPort: 4662, udpPort: 0 },
      ])
    })

    it('takes no more of one file than an answer tells, and refuses the rest in silence', () => {
      const network = new KadNetwork()
      const node = network.add(addressOf(20), ASKED)
      for (let tcpPort = 1; tcpPort <= 2 * MAX_SOURCES_PER_FILE; tcpPort++) {
        network.deliver(STRANGER, addressOf(20), { ...publish, source: { tcpPort, udpPort: 0, sizeBytes: 7 } })
        network.deliver(STRANGER, addressOf(20), { kind: 'pong', port: UDP_PORT })
      }
      expect(node.indexed).to.equal(MAX_SOURCES_PER_FILE)
    })

    it('answers no question for another node', () => {
      const question = { kind: 'find', count: 2, target: FILE, receiver: newId() } as const
      expect(known().deliver(STRANGER, addressOf(20), question)).to.deep.equal([])
    })

    it('takes nothing from answers to what it did not ask', () => {
      const network = known()
      const node = network.add(addressOf(30), newId())
      const contacts = [{ id: newId(), address: '198.51.100.8', udpPort: UDP_PORT, tcpPort: 1, version: 5 }]
      const answers: readonly KadMessage[] = [
        { kind: 'bootstrap-answer', id: newId(), tcpPort: 1, version: 5, contacts },
        { kind: 'found', target: FILE, contacts },
        { kind: 'hello-answer', id: newId(), tcpPort: 1, version: 5 },
      ]
      for (const answer of answers) network.deliver(STRANGER, addressOf(30), answer)
      network.pass(10_000)
      expect(node.contacts).to.equal(0)
      expect(network.sent.filter(({ to }) => to.address === '198.51.100.8')).to.deep.equal([])
    })

    it('sends nothing to addresses that it may not use', () => {
      const network = new KadNetwork()
      network.add(addressOf(0), newId())
      network.add(addressOf(1), newId(), { bootstrap: [addressOf(0)] })
      network.pass(1_000)
      const node = network.add(addressOf(2), newId(), {
        bootstrap: [addressOf(0)],
        allows: (address) => address === addressOf(0),
      })
      network.pass(60_000)
      expect(node.contacts).to.equal(1)
      expect(
        network.sent.filter(({ from, to }) => from.address === addressOf(2) && to.address === addressOf(1)),
      ).to.deep.equal([])
    })

    it('knows few nodes of one address, so nobody fills its table', () => {
      const network = new KadNetwork()
      const node = network.add(addressOf(20), ASKED)
      for (let port = 2_000; port < 2_100; port++) {
        const from = { address: STRANGER.address, port }
        network.deliver(from, addressOf(20), { kind: 'hello', id: newId(), tcpPort: 1, version: 5 })
        network.deliver(from, addressOf(20), { kind: 'pong', port: UDP_PORT })
      }
      expect(node.contacts).to.equal(2)
    })
  })
})
