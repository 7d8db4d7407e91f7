import { expect } from 'chai'
import { parseAddress, peerIdText } from '../../src/domain/ids.ts'
import { createBanList, FIRST_BAN_MS } from '../../src/node/ban-list.ts'
import { openDatabase } from '../../src/system/database.ts'
import { FakeClock } from '../support/fake-clock.ts'

const PEER = peerIdText('12D3KooWLiar')
const PAYEE = parseAddress('0x4a62316623ad457F02cDC5D997deD67a383EC569')

describe('node/ban-list', () => {
  it('bans a liar for a day and doubles with each offence', async () => {
    const clock = new FakeClock()
    const bans = createBanList({ database: openDatabase(':memory:'), clock })
    expect(bans.bannedUntil(PEER)).to.equal(undefined)
    expect(await bans.ban(PEER, PAYEE, 'wrong chunk')).to.equal(clock.now() + FIRST_BAN_MS)
    await clock.advance(FIRST_BAN_MS - 1)
    expect(bans.bannedUntil(PEER)).to.equal(clock.now() + 1)
    await clock.advance(1)
    expect(bans.bannedUntil(PEER)).to.equal(undefined)
    expect(await bans.ban(PEER, PAYEE, 'wrong chunk')).to.equal(clock.now() + 2 * FIRST_BAN_MS)
  })

  it('knows the wallet under another peer id, and after a restart', async () => {
    const clock = new FakeClock()
    const database = openDatabase(':memory:')
    await createBanList({ database, clock }).ban(PEER, PAYEE, 'wrong chunk')
    const restarted = createBanList({ database, clock })
    expect(restarted.bannedUntil(peerIdText('12D3KooWOther'), PAYEE)).to.equal(clock.now() + FIRST_BAN_MS)
    expect(restarted.bannedUntil(peerIdText('12D3KooWOther'))).to.equal(undefined)
  })
})
