import { expect } from 'chai'
import { peerIdText } from '../../src/domain/ids.ts'
import { createBanList, FOR_EVER } from '../../src/node/ban-list.ts'
import { createPeerBook } from '../../src/node/peer-book.ts'
import type { PeerBook } from '../../src/node/peer-types.ts'
import { Reputation } from '../../src/reputation/reputation.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const STRANGERS = ['bittorrent:192.0.2.7:6881', 'ed2k:[2001:db8::1]:4662']

describe('node/peer-book', () => {
  let database: Database
  let peers: PeerBook

  beforeEach(async () => {
    const clock = new FakeClock()
    database = openDatabase(':memory:')
    peers = await createPeerBook({
      network: { blockPeer: async () => undefined },
      bans: createBanList({ database, clock }),
      reputation: new Reputation({ database, clock, log: silentLogger, isInDefault: () => false }),
      receipts: { list: async () => [] },
      clock,
    })
  })

  afterEach(() => database.close())

  it('bans a peer of a public swarm by its address, and lifts that again', async () => {
    for (const stranger of STRANGERS) await peers.ban(peerIdText(stranger), 'sent noise')
    expect(peers.bans().map(({ subject, until }) => [subject, until])).to.have.deep.members(
      STRANGERS.map((stranger) => [stranger, FOR_EVER]),
    )
    for (const stranger of STRANGERS) await peers.unban(peerIdText(stranger))
    expect(peers.bans()).to.deep.equal([])
  })

  for (const wrong of ['bittorrent:nowhere', 'ed2k:192.0.2.7', 'bittorrent:192.0.2.7:0', 'ed2k:host.example:4662'])
    it(`bans nobody by "${wrong}"`, async () => {
      const refusal = await peers.ban(peerIdText(wrong), 'sent noise').catch((error: unknown) => error)
      expect(refusal).to.match(/names no peer/)
      expect(peers.bans()).to.deep.equal([])
    })
})
