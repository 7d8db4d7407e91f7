import { expect } from 'chai'
import {
  type AddressedCandidate,
  type Candidate,
  Candidates,
  idOf,
  type SignalledCandidate,
} from '../../../src/node/free-sources/candidates.ts'
import {
  EARLY_ASKS_AT_ED2K,
  ED2K_ASK_AGAIN_MS,
  MAX_AT_ONCE,
  MAX_AT_ONE_HOST,
  MAX_CANDIDATES,
  MAX_LIARS,
  MAX_TRIES,
  RETRY_MS,
  RETURN_MS,
} from '../../../src/node/free-sources/limits.ts'

const TORRENT = 'aa'.repeat(20)
const IN_VAIN = { brought: false, lied: false }
const WELL = { brought: true, lied: false }
const LIED = { brought: false, lied: true }

function peer(number: number, choices: Partial<AddressedCandidate> = {}): AddressedCandidate {
  return { protocol: 'bittorrent', name: TORRENT, host: `192.0.2.${number}`, port: 6_881, ...choices }
}

function peers(count: number): AddressedCandidate[] {
  return Array.from({ length: count }, (_, index) => peer(index % 250, { port: 6_881 + Math.floor(index / 250) }))
}

function places(count: number, tracker = 'wss://tracker.example:8000/'): SignalledCandidate[] {
  return Array.from({ length: count }, (_, index) => ({
    protocol: 'webtorrent',
    name: TORRENT,
    tracker,
    place: index + 1,
  }))
}

function allOf(candidates: Candidates, now = 0): Candidate[] {
  const taken: Candidate[] = []
  for (let next = candidates.next(now); next !== undefined; next = candidates.next(now)) taken.push(next)
  return taken
}

function known(
  found: Iterable<Candidate>,
  isAllowed: (candidate: AddressedCandidate) => boolean = () => true,
): Candidates {
  const candidates = new Candidates(isAllowed)
  candidates.add(found)
  return candidates
}

describe('node/free-sources/candidates', () => {
  it('names a peer by its protocol and address', () => {
    expect(idOf(peer(7))).to.equal('bittorrent:192.0.2.7:6881')
    expect(idOf(peer(7, { protocol: 'ed2k', host: '2001:db8::7' }))).to.equal('ed2k:[2001:db8::7]:6881')
  })

  it('names a place by its torrent and its tracker, for who comes there has no name', () => {
    expect(places(2).map(idOf)).to.deep.equal([
      'webtorrent:aaaaaaaa@tracker.example:8000/1',
      'webtorrent:aaaaaaaa@tracker.example:8000/2',
    ])
  })

  it('uses so many places at one tracker, beside peers with addresses', () => {
    const used = allOf(known([...peers(50), ...places(10), ...places(1, 'ws://192.0.2.1/')], () => true))
    expect(used.filter(({ protocol }) => protocol === 'webtorrent')).to.have.length(MAX_AT_ONCE / 2)
    expect(allOf(known(places(10), () => false))).to.deep.equal(places(MAX_AT_ONE_HOST))
  })

  it('ends a torrent for one kind of swarm where its peers lied, and not for the other', () => {
    const [one, ...others] = places(MAX_LIARS + 1)
    const candidates = known([...places(MAX_LIARS + 1), peer(1)])
    const used = allOf(candidates)
    expect(used).to.deep.include(peer(1))
    for (const liar of others) candidates.ended(liar, 0, LIED)
    expect([one, peer(1)].map((each) => each && candidates.isWrong(each))).to.deep.equal([true, false])
    candidates.ended(peer(1), 0, WELL)
    expect(candidates.next(RETURN_MS)).to.deep.equal(peer(1))
  })

  it('uses so many at once, and each once', () => {
    const candidates = known(peers(50))
    const first = allOf(candidates)
    expect(first).to.have.length(MAX_AT_ONCE)
    candidates.add(first)
    const [one] = first
    if (one === undefined) throw new Error('nobody was chosen')
    candidates.ended(one, 0, IN_VAIN)
    const second = allOf(candidates)
    expect(second).to.have.length(1)
    expect(new Set([...first, ...second].map(idOf)).size).to.equal(MAX_AT_ONCE + 1)
  })

  it('uses so many of one address', () => {
    const candidates = known(Array.from({ length: 20 }, (_, index) => peer(1, { port: 2_000 + index })))
    expect(allOf(candidates)).to.have.length(MAX_AT_ONE_HOST)
  })

  it('hears of so many, and of none that is not allowed, no address, or of another service', () => {
    const told = [peer(1, { host: 'tracker.example' }), peer(2, { port: 25 }), peer(3, { port: 1_023 }), peer(4)]
    expect(allOf(known([...told, peer(5)], ({ host }) => host !== '192.0.2.4'))).to.deep.equal([peer(5)])
    const many = known(peers(MAX_CANDIDATES + 100))
    let used = 0
    for (let next = many.next(0); next !== undefined; next = many.next(0)) {
      used++
      many.ended(next, 0, IN_VAIN)
    }
    expect(used).to.equal(MAX_CANDIDATES)
  })

  it('gives each swarm its turn, however many one of them names', () => {
    const ed2k = [peer(201, { protocol: 'ed2k' }), peer(202, { protocol: 'ed2k' })]
    const used = allOf(known([...peers(50), ...ed2k]))
    expect(used.filter(({ protocol }) => protocol === 'ed2k')).to.have.length(2)
  })

  it('comes back to who brings nothing a few times, later and after others', () => {
    const candidates = known([peer(1)])
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const now = attempt * RETRY_MS
      expect(candidates.next(now - 1), `${attempt}`).to.equal(undefined)
      expect(candidates.next(now)).to.deep.equal(peer(1))
      candidates.ended(peer(1), now, IN_VAIN)
      expect(candidates.wakesAt()).to.equal(attempt + 1 < MAX_TRIES ? now + RETRY_MS : undefined)
    }
    expect(candidates.next(Number.MAX_SAFE_INTEGER)).to.equal(undefined)
  })

  it('comes back soon, and for ever, to who brought something', () => {
    const candidates = known([peer(1)])
    for (let now = 0; now < 10 * RETURN_MS; now += RETURN_MS) {
      expect(candidates.next(now)).to.deep.equal(peer(1))
      candidates.ended(peer(1), now, WELL)
      expect(candidates.waiting(now)).to.equal(0)
      expect(candidates.waiting(now + RETURN_MS)).to.equal(1)
    }
  })

  it('asks an ed2k client early twice, and then every 22 minutes, whatever it brings', () => {
    for (const outcome of [IN_VAIN, WELL]) {
      const client = peer(1, { protocol: 'ed2k' })
      const candidates = known([client])
      let now = 0
      const pauses: number[] = []
      for (let asks = 0; asks < 8; asks++) {
        expect(candidates.next(now - 1)).to.equal(undefined)
        expect(candidates.next(now)).to.deep.equal(client)
        candidates.ended(client, now, outcome)
        pauses.push((candidates.wakesAt() ?? 0) - now)
        now += pauses.at(-1) ?? 0
      }
      const early = Array.from({ length: EARLY_ASKS_AT_ED2K }, () => (outcome.brought ? RETURN_MS : RETRY_MS))
      const later = Array.from({ length: 8 - EARLY_ASKS_AT_ED2K }, () => ED2K_ASK_AGAIN_MS)
      expect(pauses).to.deep.equal([...early, ...later])
    }
  })

  it('never comes back to who lied, and gives up a name about which several did, and no other', () => {
    const other = 'bb'.repeat(20)
    const candidates = known([...peers(MAX_LIARS + 5), peer(240, { name: other })])
    for (let liars = 1; liars <= MAX_LIARS; liars++) {
      expect(candidates.isWrong(peer(1))).to.equal(false)
      const liar = candidates.next(0)
      if (liar === undefined) throw new Error('nobody was chosen')
      expect(liar.name).to.equal(TORRENT)
      candidates.ended(liar, 0, LIED)
    }
    expect(candidates.isWrong(peer(1))).to.equal(true)
    expect(allOf(candidates, Number.MAX_SAFE_INTEGER).map(({ name }) => name)).to.deep.equal([other])
  })
})
