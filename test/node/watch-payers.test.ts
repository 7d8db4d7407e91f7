import { expect } from 'chai'
import { type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { parseAddress, parseChannelId, peerIdText } from '../../src/domain/ids.ts'
import type { AccountStatus, PayeeAccount, PayeePayments } from '../../src/in-band/payments.ts'
import { createBanList } from '../../src/node/ban-list.ts'
import { watchPayers } from '../../src/node/watch-payers.ts'
import { Reputation } from '../../src/reputation/reputation.ts'
import { openDatabase } from '../../src/system/database.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const PAYER = parseAddress('0x4a62316623ad457F02cDC5D997deD67a383EC569')
const PAYEE = parseAddress('0x8617E340B3D01FA5F11F306F4090FD50E238070D')
const PEER = peerIdText('12D3KooWBuyer')
const PROOF = {
  channel: { channelId: parseChannelId('11'.repeat(32)), payer: PAYER, payee: PAYEE, salt: 0n },
  signature: new Uint8Array(64),
}
const CHALLENGE = { payerPeerId: PEER, payeePeerId: peerIdText('12D3KooWSeller'), nonce: new Uint8Array(32) }

/** Books of one payer: each payment is worth what it says. */
class Books implements PayeeAccount {
  readonly payer = PAYER
  vouchered: Wei = ZERO_WEI
  streamsEnded = 0

  status(): AccountStatus {
    return { vouchered: this.vouchered, committed: ZERO_WEI, credit: ZERO_WEI, spendable: ZERO_WEI, recent: [] }
  }
  async commit() {
    return { kind: 'committed' as const, credit: ZERO_WEI }
  }
  refusal() {
    return undefined
  }
  async pay({ cumulativeAmount }: Parameters<PayeeAccount['pay']>[0]) {
    this.vouchered = cumulativeAmount
    return { kind: 'accepted' as const, vouchered: this.vouchered, credit: ZERO_WEI }
  }
  async release() {}
  async writeOff() {
    return true
  }
  openCredit() {
    return this.status()
  }
  async close() {
    return '0x'
  }
  ended() {
    this.streamsEnded++
  }
}

describe('node/watch-payers', () => {
  const clock = new FakeClock()
  let books: Books
  let reputation: Reputation
  let bans: ReturnType<typeof createBanList>
  let payments: PayeePayments

  beforeEach(() => {
    const database = openDatabase(':memory:')
    books = new Books()
    reputation = new Reputation({ database, clock, log: silentLogger, isInDefault: () => false })
    bans = createBanList({ database, clock })
    payments = watchPayers({ authenticate: async () => books }, { reputation, bans })
  })

  const paidUs = (): number => reputation.standingOf({ account: PAYER, peerId: PEER })?.paidUs ?? 0
  const pay = (account: PayeeAccount, amount: bigint): Promise<unknown> =>
    account.pay({ ...PROOF.channel, cumulativeAmount: wei(amount), signature: PROOF.signature })

  it('counts what was paid on a stream, at its end, once', async () => {
    const first = await payments.authenticate(PROOF, CHALLENGE)
    await pay(first, 7n)
    expect(paidUs()).to.equal(0)
    first.ended()
    expect(paidUs()).to.equal(7)
    const second = await payments.authenticate(PROOF, CHALLENGE)
    second.ended()
    expect(paidUs()).to.equal(7)
    expect(books.streamsEnded).to.equal(2)
  })

  for (const subject of [PAYER, PEER])
    it(`refuses who the user banned, by ${subject === PAYER ? 'account' : 'peer id'}`, async () => {
      await bans.banByHand(subject, '')
      const failure = await payments.authenticate(PROOF, CHALLENGE).catch((error: { code?: string }) => error)
      expect(failure).to.have.property('code', 'PEER_BLOCKED')
      expect(books.streamsEnded, 'its books are let go').to.equal(1)
    })

  it('sells to who sent a wrong chunk: it may still pay what it owes', async () => {
    await bans.ban(PEER, PAYER, 'wrong chunk')
    expect(await payments.authenticate(PROOF, CHALLENGE)).to.have.property('payer', PAYER)
  })
})
