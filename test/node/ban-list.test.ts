import { expect } from 'chai'
import { NOBODY, parseAddress, peerIdText } from '../../src/domain/ids.ts'
import { createBanList, FIRST_BAN_MS, FOR_EVER } from '../../src/node/ban-list.ts'
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

  it('bans a peer without an account by its address alone', async () => {
    const bans = createBanList({ database: openDatabase(':memory:'), clock: new FakeClock() })
    const [liar, other] = [peerIdText('bittorrent:192.0.2.7:6881'), peerIdText('bittorrent:192.0.2.7:6882')]
    await bans.ban(liar, NOBODY, 'wrong chunk')
    expect(bans.bannedUntil(liar, NOBODY)).to.be.a('number')
    expect(bans.bannedUntil(other, NOBODY)).to.equal(undefined)
  })

  it('knows the wallet under another peer id, and after a restart', async () => {
    const clock = new FakeClock()
    const database = openDatabase(':memory:')
    await createBanList({ database, clock }).ban(PEER, PAYEE, 'wrong chunk')
    const restarted = createBanList({ database, clock })
    expect(restarted.bannedUntil(peerIdText('12D3KooWOther'), PAYEE)).to.equal(clock.now() + FIRST_BAN_MS)
    expect(restarted.bannedUntil(peerIdText('12D3KooWOther'))).to.equal(undefined)
  })

  it('keeps the bans of the user for ever, after a restart, until the user lifts them', async () => {
    const clock = new FakeClock()
    const database = openDatabase(':memory:')
    await createBanList({ database, clock }).banByHand(PAYEE, 'I do not like it')
    await clock.advance(10 * 365 * FIRST_BAN_MS)
    const restarted = createBanList({ database, clock })
    expect(restarted.bannedUntil(PEER, PAYEE)).to.equal(FOR_EVER)
    expect(restarted.bannedUntil(PEER)).to.equal(undefined)
    expect(restarted.list()).to.deep.equal([
      { subject: PAYEE, until: FOR_EVER, reason: 'I do not like it', isManual: true },
    ])
    expect(await restarted.lift(PAYEE)).to.equal(true)
    expect(await restarted.lift(PAYEE)).to.equal(false)
    expect(restarted.bannedUntil(PEER, PAYEE)).to.equal(undefined)
  })

  it('lifts a ban of its own when told to, and doubles the next all the same', async () => {
    const clock = new FakeClock()
    const bans = createBanList({ database: openDatabase(':memory:'), clock })
    await bans.ban(PEER, PAYEE, 'wrong chunk')
    expect(bans.list().map(({ subject, isManual }) => [subject, isManual])).to.have.deep.members([
      [PEER, false],
      [PAYEE, false],
    ])
    expect(await bans.lift(PEER)).to.equal(true)
    expect(bans.bannedUntil(PEER)).to.equal(undefined)
    expect(bans.bannedUntil(PEER, PAYEE), 'its account is another matter').to.equal(clock.now() + FIRST_BAN_MS)
    expect(await bans.ban(PEER, PAYEE, 'wrong chunk')).to.equal(clock.now() + 2 * FIRST_BAN_MS)
  })
})
