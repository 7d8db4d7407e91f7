import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../../src/domain/bytes.ts'
import { encodeMessage } from '../../../../src/public-protocols/bittorrent/dht/codec.ts'
import {
  K,
  MAX_AMPLIFICATION,
  MAX_INDEXED_PEERS,
  MAX_OPEN_QUESTIONS,
  MAX_PEERS_PER_ADDRESS,
  MAX_WAITING_SEARCHES,
  PEER_LIFETIME_MS,
  REANNOUNCE_MS,
  REFRESH_MS,
  SILENT_MS,
  TOKEN_PERIOD_MS,
} from '../../../../src/public-protocols/bittorrent/dht/limits.ts'
import type { DhtMessage, DhtQuestion } from '../../../../src/public-protocols/bittorrent/dht/message.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { questions } from './messages.ts'
import { DhtNetwork, UDP_PORT } from './network.ts'

const TCP_PORT = 6882
const random = seededRandom('dht')
const newPlace = (): string => toHex(random.bytes(20))
const TORRENT = newPlace()
const addressOf = (index: number): string => `203.0.113.${index + 1}`
const STRANGER = { address: '198.51.100.7', port: UDP_PORT }
const transaction = Uint8Array.of(1, 2)
const TARGET = { target: TORRENT, port: TCP_PORT }

function asked(question: DhtQuestion, { isReadOnly = true, sender = newPlace() } = {}): DhtMessage {
  return { kind: 'question', transaction, sender, isReadOnly, question }
}

/** Nodes of which each met the one before it. */
function chainOf(count: number): DhtNetwork {
  const network = new DhtNetwork()
  for (let index = 0; index < count; index++)
    network.add(addressOf(index), newPlace(), index === 0 ? {} : { meets: addressOf(index - 1) })
  network.pass(REFRESH_MS)
  return network
}

describe('public-protocols/bittorrent/dht/dht-state', () => {
  describe('two nodes', () => {
    it('meet by an address alone, and know each other', () => {
      const network = new DhtNetwork()
      const first = network.add(addressOf(0), newPlace())
      const second = network.add(addressOf(1), newPlace(), { meets: addressOf(0) })
      network.pass(1_000)
      expect([first.contacts, second.contacts]).to.deep.equal([1, 1])
    })

    it('find what the other serves, and nothing of another torrent', () => {
      const network = chainOf(2)
      const seeder = network.add(addressOf(5), newPlace(), { meets: addressOf(0) })
      seeder.serve([TARGET], network.now)
      network.pass(1_000)
      expect(network.search(addressOf(1), TORRENT)).to.deep.equal([{ address: addressOf(5), port: TCP_PORT }])
      expect(network.search(addressOf(1), newPlace())).to.deep.equal([])
    })

    it('end a search while nobody is known', () => {
      const network = new DhtNetwork()
      network.add(addressOf(0), newPlace())
      expect(network.search(addressOf(0), TORRENT)).to.deep.equal([])
    })
  })

  describe('forty nodes', () => {
    it('of which each met one other, find a peer from anywhere, and forget it when it is not announced any more', () => {
      const network = chainOf(40)
      const seeder = network.add(addressOf(50), newPlace(), { meets: addressOf(3) })
      network.pass(1_000)
      seeder.serve([TARGET], network.now)
      network.pass(5_000)
      for (const index of [0, 17, 39])
        expect(network.search(addressOf(index), TORRENT)).to.deep.equal([{ address: addressOf(50), port: TCP_PORT }])
      // It leaves without a word; half of those that knew it leave as well.
      network.remove(addressOf(50))
      for (let index = 0; index < 20; index++) network.remove(addressOf(index))
      expect(network.search(addressOf(39), TORRENT)).to.have.length(1)
      network.pass(PEER_LIFETIME_MS)
      expect(network.search(addressOf(39), TORRENT)).to.deep.equal([])
    })

    it('are told again before they forget, and not all the time', () => {
      const network = chainOf(12)
      const seeder = network.add(addressOf(50), newPlace(), { meets: addressOf(3) })
      network.pass(1_000)
      seeder.serve([TARGET], network.now)
      network.pass(2 * REANNOUNCE_MS + 10_000)
      const told = network.sent.filter(
        ({ from, message }) =>
          from.address === addressOf(50) && message.kind === 'question' && message.question.kind === 'announce',
      )
      expect(told).to.have.length(3 * K)
      network.pass(PEER_LIFETIME_MS - REANNOUNCE_MS)
      expect(network.search(addressOf(0), TORRENT)).to.have.length(1)
    })

    it('drop one that is silent, and ask it before', () => {
      const network = chainOf(2)
      const node = network.add(addressOf(5), newPlace(), { meets: addressOf(0) })
      network.pass(1_000)
      const before = node.contacts
      network.remove(addressOf(0))
      network.pass(2 * SILENT_MS)
      expect(node.contacts).to.equal(before - 1)
    })
  })

  describe('towards strangers', () => {
    const node = addressOf(0)
    const tokenFor = (network: DhtNetwork, from = STRANGER): Uint8Array => {
      const [answer] = network.deliver(from, node, asked({ kind: 'get-peers', target: TORRENT }))
      if (answer?.kind !== 'answer' || answer.token === undefined) throw new Error('there is no token')
      return answer.token
    }
    const announce = (network: DhtNetwork, token: Uint8Array, from = STRANGER, target = TORRENT) =>
      network.deliver(from, node, asked({ kind: 'announce', target, port: TCP_PORT, token }))[0]

    it('keeps a peer under the address it came from, with a token that went there', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace())
      expect(announce(network, tokenFor(network))).to.have.property('kind', 'answer')
      expect(network.search(node, TORRENT)).to.deep.equal([{ address: STRANGER.address, port: TCP_PORT }])
      expect(state.indexed).to.equal(1)
    })

    it('refuses tokens that are made up, cut, of others or old', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace())
      const token = tokenFor(network)
      const other = { address: '198.51.100.8', port: UDP_PORT }
      for (const [wrong, from] of [
        [random.bytes(8), STRANGER],
        [token.subarray(0, 4), STRANGER],
        [token, other],
      ] as const)
        expect(announce(network, wrong, from)).to.deep.equal({ kind: 'error', transaction, code: 203 })
      network.pass(2 * TOKEN_PERIOD_MS)
      expect(announce(network, token)).to.have.property('kind', 'error')
      expect(state.indexed).to.equal(0)
    })

    it('keeps no more of one address than its part, whatever it announces', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace())
      const token = tokenFor(network)
      for (let count = 0; count < 2 * MAX_PEERS_PER_ADDRESS; count++) announce(network, token, STRANGER, newPlace())
      expect(state.indexed).to.equal(MAX_PEERS_PER_ADDRESS)
      expect(MAX_PEERS_PER_ADDRESS).to.be.below(MAX_INDEXED_PEERS / 16)
    })

    it('knows one that asks when it answered, one that is read-only never', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace())
      network.deliver(STRANGER, node, asked({ kind: 'ping' }, { isReadOnly: false }))
      network.pass(10_000)
      expect(state.contacts).to.equal(0)
      network.add('198.51.100.9', newPlace(), { meets: node })
      expect(state.contacts).to.equal(1)
      const sent = network.deliver({ ...STRANGER, address: '198.51.100.10' }, node, asked({ kind: 'ping' }))
      expect(sent.map(({ kind }) => kind)).to.deep.equal(['answer'])
    })

    it('takes nothing from answers to what it did not ask, or from elsewhere', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace(), { meets: STRANGER.address })
      const [question] = network.sent.filter(({ to }) => to.address === STRANGER.address)
      const contacts = [{ id: newPlace(), address: '198.51.100.99', udpPort: UDP_PORT }]
      const answer = (id: Uint8Array): DhtMessage => ({
        ...{ kind: 'answer', transaction: id, sender: newPlace(), contacts },
        ...{ peers: [{ address: '198.51.100.99', port: 1 }], token: undefined },
      })
      if (question === undefined) throw new Error('nothing was asked')
      network.deliver(STRANGER, node, answer(transaction))
      network.deliver({ ...STRANGER, address: '198.51.100.8' }, node, answer(question.message.transaction))
      network.deliver({ ...STRANGER, port: 1 }, node, answer(question.message.transaction))
      expect(state.contacts).to.equal(0)
      network.deliver(STRANGER, node, answer(question.message.transaction))
      expect(state.contacts).to.equal(1)
      network.deliver(STRANGER, node, answer(question.message.transaction))
      expect(network.search(node, TORRENT)).to.deep.equal([])
    })

    it('sends nothing to addresses that it may not use, and keeps and tells none of them', () => {
      const network = new DhtNetwork()
      const allows = (address: string): boolean => !address.startsWith('10.')
      const state = network.add(node, newPlace(), { allows })
      network.add(addressOf(1), newPlace(), { meets: node })
      network.add('10.0.0.1', newPlace(), { meets: addressOf(1) }).serve([TARGET], network.now)
      network.pass(5_000)
      expect(network.search(node, TORRENT)).to.deep.equal([])
      network.pass(REFRESH_MS)
      expect(network.sent.filter(({ from, to }) => from.address === node && !allows(to.address))).to.deep.equal([])
      expect(state.contacts).to.equal(1)
    })

    it('ends among nodes that are made up without end, and knows few of one address', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace(), { meets: STRANGER.address })
      let answered = 0
      const lie = (): void => {
        for (const { to, message } of network.sent.slice(answered)) {
          answered++
          if (to.address === node || message.kind !== 'question') continue
          const contacts = Array.from({ length: 16 }, (_, index) => ({
            id: `${TORRENT.slice(0, 30)}${newPlace().slice(0, 10)}`,
            address: `10.0.${answered % 256}.${index}`,
            udpPort: 2_000 + answered,
          }))
          const sender = message.question.kind === 'ping' ? newPlace() : TORRENT
          const lies = { sender, contacts, peers: [], token: random.bytes(8) }
          network.deliver(to, node, { kind: 'answer', transaction: message.transaction, ...lies })
        }
      }
      state.search(TORRENT, network.now)
      for (let step = 0; step < 400; step++) {
        lie()
        network.pass(250)
      }
      const seconds = 100
      expect(network.sent.length).to.be.below(10 * seconds)
      expect(state.contacts).to.be.at.most(K * 160)
    })

    it('asks no more at once than it can remember, and lets only so many searches wait', () => {
      const network = new DhtNetwork()
      const state = network.add(node, newPlace())
      const crowd = Array.from({ length: 2 * MAX_OPEN_QUESTIONS }, (_, index) => ({
        address: `10.1.${index >> 8}.${index & 255}`,
        port: UDP_PORT,
      }))
      expect(state.meet(crowd, network.now)).to.have.length(MAX_OPEN_QUESTIONS)
      for (let search = 0; search < MAX_WAITING_SEARCHES; search++)
        expect(state.search(TORRENT, network.now)).to.be.a('number')
      expect(state.search(TORRENT, network.now)).to.equal(undefined)
    })

    it('sends three times as much as it was sent at the most, and keeps nothing of who proves nothing', () => {
      const network = chainOf(20)
      const state = network.add('10.9.9.9', newPlace(), { meets: addressOf(3) })
      network.pass(REFRESH_MS)
      state.serve([TARGET], network.now)
      const known = state.contacts
      expect(known).to.be.above(K)
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(50), questions, fc.boolean()), { maxLength: 40 }), (sent) => {
          const before = network.sent.length
          let received = 0
          for (const [index, question, isReadOnly] of sent) {
            // Every other question is for what is known here.
            const about = index % 2 === 0 && question.kind !== 'ping' ? { ...question, target: TORRENT } : question
            const message = asked(about, { isReadOnly })
            network.deliver({ address: `198.51.100.${index}`, port: UDP_PORT }, '10.9.9.9', message)
            received += encodeMessage(message).byteLength
          }
          const answers = network.sent.slice(before).filter(({ to }) => to.address.startsWith('198.51.100.'))
          const answered = answers.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
          expect(answered).to.be.at.most(MAX_AMPLIFICATION * received)
          expect([state.contacts, state.indexed]).to.deep.equal([known, 0])
        }),
        { numRuns: 100 },
      )
    })
  })
})
