import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { parseAddress, peerIdText } from '../../src/domain/ids.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import { Conduct, identityOf, isCooling, noteContact, noteKeptPrepayments } from '../../src/node/download/conduct.ts'
import { strangerId, strangerTerms } from '../../src/node/download/stranger.ts'
import { Reputation } from '../../src/reputation/reputation.ts'
import type { Standing } from '../../src/reputation/state.ts'
import { openDatabase } from '../../src/system/database.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const payee = parseAddress('0x4a62316623ad457F02cDC5D997deD67a383EC569')
const A = { peerId: peerIdText('12D3KooWA'), payee }
const B = { peerId: peerIdText('12D3KooWB'), payee }
const SILENCE_MS = 5_000
const KIB = 1_024

describe('node/download/conduct', () => {
  let clock: FakeClock
  let reputation: Reputation
  let conduct: Conduct

  beforeEach(() => {
    clock = new FakeClock()
    reputation = new Reputation({
      database: openDatabase(':memory:'),
      clock,
      log: silentLogger,
      isInDefault: () => false,
    })
    conduct = new Conduct({ reputation, clock, stallMs: 1_000 })
    for (const peer of [A, B]) conduct.joined(peer, 'bitswap')
  })

  const standing = ({ peerId }: typeof A): Standing | undefined => reputation.standingOf(identityOf({ peerId, payee }))
  const counts = (peer: typeof A): Record<string, number> =>
    Object.fromEntries(Object.entries(standing(peer)?.outcomes ?? {}).map(([kind, { count }]) => [kind, count]))

  it('counts a silence when something is asked for and nothing comes, and lets go of the third', async () => {
    conduct.asked(A.peerId, 0)
    await clock.advance(SILENCE_MS - 1)
    expect(conduct.look()).to.deep.equal([])
    expect(counts(A)).to.deep.equal({})
    for (const [silences, cooling] of [
      [1, []],
      [2, []],
      [3, [A]],
    ] as const) {
      await clock.advance(SILENCE_MS)
      expect(conduct.look()).to.deep.equal(cooling)
      expect(counts(A)).to.deep.equal({ timedOut: silences })
    }
    expect(isCooling(reputation, clock, A)).to.equal(true)
    expect(isCooling(reputation, clock, B)).to.equal(false)
  })

  it('remembers nothing of a peer without a name, and lets go of it when it is silent once', async () => {
    const nameless = strangerTerms(strangerId('webtorrent', 'aaaaaaaa@tracker.example/1'), {})
    conduct.joined(nameless, 'webtorrent')
    conduct.asked(nameless.peerId, 0)
    await clock.advance(SILENCE_MS)
    expect(conduct.look()).to.deep.equal([nameless])
    conduct.came(nameless.peerId, 0, KIB)
    conduct.verified(nameless, ZERO_WEI)
    conduct.failed(nameless, 1, { lacks: true })
    conduct.broke(nameless, new ChiralError('STREAM_CLOSED', 'It broke.'))
    conduct.left(nameless.peerId)
    await conduct.wrong(nameless)
    expect(reputation.find(nameless.peerId)).to.deep.equal([])
  })

  it('counts none while chunks come, however slowly, and none while nothing is asked for', async () => {
    for (let chunk = 0; chunk < 10; chunk++) {
      conduct.asked(A.peerId, chunk)
      conduct.asked(A.peerId, chunk + 100)
      await clock.advance(SILENCE_MS - 1)
      conduct.came(A.peerId, chunk, KIB)
      conduct.look()
    }
    for (let chunk = 0; chunk < 10; chunk++) conduct.failed(A, chunk + 100, { lacks: false })
    await clock.advance(10 * SILENCE_MS)
    expect(conduct.look()).to.deep.equal([])
    expect(counts(A)).to.deep.equal({})
  })

  it('takes the silences of several files at once for one', async () => {
    const other = new Conduct({ reputation, clock, stallMs: 1_000 })
    other.joined(A, 'bitswap')
    for (const each of [conduct, other]) each.asked(A.peerId, 0)
    await clock.advance(SILENCE_MS)
    for (const each of [conduct, other]) each.look()
    expect(counts(A)).to.deep.equal({ timedOut: 1 })
  })

  it('finds who brings less than a tenth of the others in half a minute', async () => {
    for (const peer of [A, B]) conduct.asked(peer.peerId, 999)
    for (let second = 0; second < 30; second++) {
      conduct.came(A.peerId, second, 1_000 * KIB)
      if (second % 4 === 0) conduct.came(B.peerId, second, 100 * KIB)
      await clock.advance(1_000)
      conduct.look()
    }
    expect(standing(B)?.slowUntil).to.be.above(clock.now())
    expect(standing(A)?.slowUntil ?? 0).to.equal(0)
  })

  it('tells what was carried with which protocol, and how long that took', async () => {
    conduct.asked(A.peerId, 0)
    await clock.advance(2_000)
    conduct.came(A.peerId, 0, 8 * KIB)
    await clock.advance(60_000) // nothing was asked for
    conduct.end()
    conduct.end()
    expect(standing(A)?.carried).to.deep.equal({ bitswap: { bytes: 8 * KIB, seconds: 2 } })
    expect(standing(B)).to.equal(undefined)
  })

  it('tells chunks, refusals and broken streams apart', async () => {
    conduct.verified(A, wei(5n))
    conduct.verified(A, ZERO_WEI)
    conduct.failed(A, 3, { lacks: true })
    conduct.neverCame(A)
    conduct.broke(A, new ChiralError('STREAM_CLOSED', 'gone'))
    conduct.broke(A, new ChiralError('STREAM_CLOSED', 'gone, for another file'))
    conduct.broke(B, new ChiralError('SHUTTING_DOWN', 'it said farewell'))
    await conduct.wrong(B)
    expect(counts(A)).to.deep.equal({ paidChunk: 1, freeChunk: 1, refused: 1, neverCame: 1, disconnected: 1 })
    expect(counts(B)).to.deep.equal({ wrongChunk: 1 })
    expect(standing(A)?.earned).to.equal(5)
  })

  it('notes a prepayment that was kept by who delivered nothing', () => {
    const paid = new Map([[payee, { amount: wei(7n) }]])
    noteKeptPrepayments(
      reputation,
      [
        { ...A, chunks: 0 },
        { ...B, chunks: 1 },
      ],
      paid,
    )
    expect(counts(A)).to.deep.equal({ prepaymentKept: 1 })
    expect(counts(B)).to.deep.equal({})
    noteKeptPrepayments(reputation, [{ ...B, chunks: 0 }], new Map([[payee, { amount: ZERO_WEI }]]))
    expect(counts(B)).to.deep.equal({})
  })

  it('notes who could be reached, how soon, and who could not; not what ended for other reasons', async () => {
    const client = {} as ChunkClient // is only handed on
    const connected = noteContact({ reputation, clock }, A, async () => {
      await clock.advance(80)
      return client
    })
    expect(await connected).to.equal(client)
    const fails = async (code: string): Promise<void> => {
      const failure = await noteContact({ reputation, clock }, A, () =>
        Promise.reject(new ChiralError(code, 'no')),
      ).catch((error: ChiralError) => error.code)
      expect(failure).to.equal(code)
    }
    await fails('PEER_UNREACHABLE')
    await fails('CANCELLED')
    expect(standing(A)).to.deep.include({ reached: 1, missed: 1, latencyMs: 80 })
  })
})
