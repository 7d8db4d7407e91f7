import { expect } from 'chai'
import {
  KEPT_INTERVALS,
  MAX_ENTRIES_PER_ADDRESS,
  MAX_PEERS_PER_TORRENT_AND_ADDRESS,
} from '../../../../src/public-protocols/bittorrent/tracker/limits.ts'
import { type Peer, Swarms } from '../../../../src/public-protocols/bittorrent/tracker/swarms.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const INTERVAL_MS = 60_000
const INFOHASH = 'ab'.repeat(20)

function id(number: number): string {
  return number.toString(16).padStart(40, '0')
}

function onTcp(number: number, address = `198.51.100.${number}`, isSeeder = true): Peer<string> {
  return { peerId: id(number), reach: { kind: 'address', address, port: 1_000 + number }, isSeeder }
}

function onLine(number: number, line: string, address = `198.51.100.${number}`): Peer<string> {
  return { peerId: id(number), reach: { kind: 'line', address, line }, isSeeder: false }
}

describe('bittorrent/tracker/swarms', () => {
  let clock: FakeClock
  let swarms: Swarms<string>

  beforeEach(() => {
    clock = new FakeClock()
    swarms = new Swarms({ clock, random: seededRandom('swarms'), intervalMs: INTERVAL_MS })
  })

  it('tells a peer of the others of its kind, as many as it wants, and counts all', () => {
    for (let number = 1; number <= 9; number++) swarms.join(INFOHASH, onTcp(number, undefined, number < 4))
    swarms.join(INFOHASH, onLine(20, 'a line'))
    const others = swarms.others(INFOHASH, onTcp(1), 50).map(({ peerId }) => peerId)
    expect(others).to.have.members([2, 3, 4, 5, 6, 7, 8, 9].map(id))
    const some = swarms.others(INFOHASH, onTcp(1), 3).map(({ peerId }) => peerId)
    expect(new Set(some).size).to.equal(3)
    expect(others).to.include.members(some)
    expect(swarms.counts(INFOHASH)).to.deep.equal({ seeders: 3, leechers: 7 })
  })

  it('counts a peer that announces again once, and as what it has become', () => {
    swarms.join(INFOHASH, onTcp(1, undefined, false))
    swarms.join(INFOHASH, onTcp(1, undefined, true))
    expect(swarms.counts(INFOHASH)).to.deep.equal({ seeders: 1, leechers: 0 })
    expect(swarms.entries).to.equal(1)
  })

  it('forgets who does not announce any more, and the torrent with the last', async () => {
    swarms.join(INFOHASH, onTcp(1))
    await clock.advance(INTERVAL_MS)
    swarms.join(INFOHASH, onTcp(2))
    await clock.advance(KEPT_INTERVALS * INTERVAL_MS - INTERVAL_MS)
    expect(swarms.others(INFOHASH, onTcp(3), 9).map(({ peerId }) => peerId)).to.deep.equal([id(2)])
    await clock.advance(INTERVAL_MS)
    swarms.sweep()
    expect([swarms.entries, swarms.torrents]).to.deep.equal([0, 0])
  })

  it('keeps a peer on a line until it leaves', async () => {
    swarms.join(INFOHASH, onLine(1, 'a'))
    await clock.advance(100 * INTERVAL_MS)
    expect(swarms.onLine(INFOHASH, id(1))).to.equal('a')
    swarms.leave(INFOHASH, onLine(1, 'a'))
    expect([swarms.entries, swarms.torrents]).to.deep.equal([0, 0])
  })

  it('lets a peer take its place again from where it was, and nobody else', () => {
    swarms.join(INFOHASH, onLine(1, 'old'))
    expect(() => swarms.join(INFOHASH, onLine(1, 'thief', '203.0.113.9')))
      .to.throw()
      .with.property('code', 'RATE_LIMITED')
    swarms.join(INFOHASH, onLine(1, 'new'))
    swarms.leave(INFOHASH, onLine(1, 'old')) // the connection before ends late
    expect(swarms.onLine(INFOHASH, id(1))).to.equal('new')
  })

  it('bounds what one address fills: torrents in all, and peers in one', () => {
    for (let number = 0; number < MAX_PEERS_PER_TORRENT_AND_ADDRESS; number++)
      swarms.join(INFOHASH, onTcp(number, '203.0.113.9'))
    expect(() => swarms.join(INFOHASH, onTcp(999, '203.0.113.9')))
      .to.throw()
      .with.property('code', 'RATE_LIMITED')
    swarms.join(INFOHASH, onTcp(1)) // from elsewhere there is room
    for (let number = swarms.entries - 1; number < MAX_ENTRIES_PER_ADDRESS; number++)
      swarms.join(id(number), onTcp(1, '203.0.113.9'))
    expect(() => swarms.join(id(MAX_ENTRIES_PER_ADDRESS), onTcp(1, '203.0.113.9')))
      .to.throw()
      .with.property('code', 'RATE_LIMITED')
    swarms.leave(INFOHASH, onTcp(0, '203.0.113.9'))
    swarms.join(id(MAX_ENTRIES_PER_ADDRESS), onTcp(1, '203.0.113.9'))
    expect(swarms.entries).to.equal(MAX_ENTRIES_PER_ADDRESS + 1)
  })

  it('counts a network of IPv6 as one address', () => {
    for (let number = 0; number < MAX_PEERS_PER_TORRENT_AND_ADDRESS; number++)
      swarms.join(INFOHASH, onTcp(number, `2001:db8::${number}`))
    expect(() => swarms.join(INFOHASH, onTcp(99, '2001:db8::ffff:1')))
      .to.throw()
      .with.property('code', 'RATE_LIMITED')
  })
})
