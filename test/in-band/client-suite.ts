import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import type { ChunkClient, ChunkClientOptions, ReceivedChunk } from '../../src/in-band/chunk-client.ts'
import { chunkKey } from '../../src/in-band/chunk-key.ts'
import { voucherOf } from './fake-accounts.ts'
import { ask, askFree, download, type Rig, type RigOptions, untilServed, verify, withPast } from './rig.ts'
import {
  AGREED_QUOTE_ID,
  CHUNKS,
  FILE,
  FREE_FILE,
  HALF_PRICE,
  OTHER_FILE,
  PRICE,
  PRICE_PER_MIB,
  QUOTE_ID,
  rejection,
  settleDown,
} from './shelf.ts'

const ref = (chunkIndex: number): { fileHash: typeof FILE; chunkIndex: number } => ({ fileHash: FILE, chunkIndex })

/** What every in-band protocol keeps to, with books that obey docs/specs/01-voucher.md. */
export function itSellsChunks(rigs: {
  readonly make: (options?: RigOptions) => Rig
  readonly open: (rig: Rig, options?: Partial<ChunkClientOptions>) => Promise<ChunkClient>
}): void {
  const { make, open } = rigs

  for (const window of [1, 8, 64]) {
    it(`moves 200 chunks with a window of ${window} and pays exactly for them`, async () => {
      const rig = make()
      const client = await open(rig)
      await download(rig, client, { count: 200, window })
      await client.settle()
      expect(rig.payee.vouchered).to.equal(200n * PRICE)
      expect(rig.payee.committed).to.equal(200n * PRICE)
      expect(rig.payer.risked <= PRICE, 'the payer risked more than one chunk').to.equal(true)
      expect(client.status?.committed).to.equal(200n * PRICE)
      await client.close()
      await rig.served
      expect(rig.payee.endedCount).to.equal(1)
    })
  }

  it('counts chunks that wait in groups, each of which can share a durable write', async () => {
    const rig = make()
    withPast(rig, 10_000)
    const { listener } = rig.pair
    const send = listener.send.bind(listener)
    listener.send = async (data) => {
      await new Promise((resolve) => setImmediate(resolve)) // a line that takes one chunk a turn
      await send(data)
    }
    const client = await open(rig)
    const commit = rig.payee.commit.bind(rig.payee)
    let groups = 0
    let inTurn = 0
    rig.payee.commit = (request) => {
      if (inTurn++ === 0) {
        groups++
        setImmediate(() => {
          inTurn = 0
        })
      }
      return commit(request)
    }
    await download(rig, client, { count: 192, window: 64 })
    expect(groups).to.be.at.most(192 / 6)
  })

  it('pays before each chunk while there is no credit', async () => {
    const rig = make()
    rig.payee.creditLimit = wei(0n)
    const client = await open(rig)
    const first = ask(client, 0)
    const second = ask(client, 1)
    await first
    expect(rig.payee.vouchered).to.equal(PRICE)
    expect(rig.payee.risked).to.equal(0n)
    verify(rig, client, 0)
    await second
    expect(rig.payee.vouchered).to.equal(2n * PRICE)
    expect(rig.payee.risked).to.equal(0n)
  })

  it('moves chunks of 256 KiB through a stream that holds less than one', async () => {
    const whole = new Uint8Array(CHUNK_SIZE_BYTES).map((_, index) => index * 31)
    const rig = make({ fromListener: { capacityBytes: 65_536, pieceBytes: 65_000 } })
    rig.shelf.read = async () => whole
    const client = await open(rig)
    const request = { fileHash: FILE, lengthBytes: CHUNK_SIZE_BYTES, price: PRICE, quoteId: QUOTE_ID }
    for (let chunkIndex = 0; chunkIndex < 3; chunkIndex++) {
      const { chunk } = await client.request({ ...request, chunkIndex })
      expect(Buffer.compare(chunk, whole)).to.equal(0)
      verify(rig, client, chunkIndex)
    }
  })

  it('gives free chunks without an account', async () => {
    const rig = make()
    const client = await open(rig, { account: undefined })
    expect(client.status).to.equal(undefined)
    expect((await askFree(client, 3)).chunk[0]).to.equal(3)
  })

  it('lets requests run ahead as credit grows to an eighth of what was paid', async () => {
    const rig = make()
    const client = await open(rig)
    await download(rig, client, { count: 64, window: 16 })
    expect(rig.payee.risked > 0n, 'credit was never used').to.equal(true)
    expect(rig.payee.risked <= 8n * PRICE).to.equal(true)
    expect(rig.payer.signatures).to.be.at.most(64)
  })

  it('sends PAY when a verified chunk stays uncovered for 200 ms, and not before', async () => {
    const rig = make()
    withPast(rig, 80) // credit for ten chunks
    const client = await open(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    await rig.clock.advance(199)
    await settleDown()
    expect(rig.payee.vouchered).to.equal(80n * PRICE)
    await rig.clock.advance(1)
    await settleDown()
    expect(rig.payee.vouchered).to.equal(81n * PRICE)
    expect(client.status?.vouchered).to.equal(81n * PRICE)
  })

  it('pays first of all after a reconnect', async () => {
    const rig = make()
    const client = await open(rig)
    await download(rig, client, { count: 3, window: 1 })
    rig.pair.cut()
    await rig.served
    rig.payee.vouchered = wei(PRICE) // what was lost on the way
    const again = make({ after: rig })
    const reconnected = await open(again)
    expect(rig.payee.vouchered).to.equal(3n * PRICE)
    expect(reconnected.status?.vouchered).to.equal(3n * PRICE)
    expect(again.pair.dialer.sent).to.have.length(2) // the proof, then the voucher
  })

  it('pays what was verified and never covered first of all', async () => {
    const rig = make()
    rig.payer.verifiedAmount = wei(PRICE)
    rig.payee.committed = wei(PRICE)
    await open(rig)
    expect(rig.payee.vouchered).to.equal(PRICE)
  })

  it('fails settle when the payee does not confirm in time', async () => {
    const rig = make()
    const client = await open(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    rig.payer.verify(PRICE)
    rig.payee.pay = () => new Promise(() => {})
    const settled = rejection(client.settle())
    await settleDown()
    await rig.clock.advance(10_000) // for a payment that was under way already, perhaps
    await settleDown()
    await rig.clock.advance(10_000)
    expect(codeOf(await settled)).to.equal('PAY_TIMEOUT')
  })

  it('fails instead of waiting for ever when the payee counts more than arrived', async () => {
    const rig = make()
    rig.payee.committed = wei(3n * PRICE)
    const client = await open(rig)
    const [first, second] = await Promise.all([rejection(ask(client, 0)), rejection(ask(client, 1))])
    expect(codeOf(first)).to.equal('ACCOUNT_MISMATCH')
    expect(codeOf(second)).to.equal('ACCOUNT_MISMATCH')
    expect(first.details).to.have.property('status')
  })

  it('recovers by asking for the counted chunks again, without their being counted', async () => {
    const rig = make()
    const client = await open(rig)
    await download(rig, client, { count: 16, window: 1 })
    const lost = [ask(client, 16), ask(client, 17)] // within credit; both are lost with the connection
    rig.pair.dialer.pauseReading()
    for (const promise of lost) promise.catch(() => {})
    await settleDown()
    const counted = rig.payee.committed
    rig.pair.cut()
    await rig.served
    expect(counted > 16n * PRICE).to.equal(true)

    const again = make({ after: rig })
    const reconnected = await open(again)
    const recent = reconnected.status?.recent.slice(0, Number((counted - 16n * PRICE) / PRICE)) ?? []
    expect(recent.length).to.be.greaterThan(0)
    for (const { chunkIndex } of recent) {
      await ask(reconnected, chunkIndex, { resend: true })
      verify(again, reconnected, chunkIndex)
    }
    expect(rig.payee.committed).to.equal(counted)
    await reconnected.settle()
    expect(rig.payee.vouchered).to.equal(counted)
  })

  it('tells the caller that its own budget is exhausted', async () => {
    const rig = make()
    rig.payer.budget = wei(PRICE - 1n)
    const client = await open(rig)
    expect(codeOf(await rejection(ask(client, 0)))).to.equal('BUDGET_EXHAUSTED')
    expect(rig.payee.vouchered).to.equal(0n)
  })

  it('serves no priced chunk to a peer without an account', async () => {
    const rig = make()
    const client = await open(rig, { account: undefined })
    const error = await rejection(ask(client, 0))
    expect(codeOf(error)).to.equal('PAYMENT_REQUIRED')
    expect(error.details).to.deep.include({ code: 'HELLO_REQUIRED' })
    expect(rig.shelf.reads).to.equal(0)
  })

  it('takes a chunk that has not left out of D', async () => {
    const rig = make()
    const gate = Promise.withResolvers<void>()
    rig.shelf.gate = gate.promise
    const client = await open(rig)
    const controller = new AbortController()
    const request = rejection(ask(client, 0, { signal: controller.signal }))
    await settleDown()
    expect(rig.payee.committed).to.equal(PRICE)
    controller.abort()
    expect(codeOf(await request)).to.equal('CANCELLED')
    await settleDown()
    gate.resolve()
    await settleDown()
    expect(rig.payee.committed).to.equal(0n)
    expect(client.status?.committed).to.equal(0n)
    rig.shelf.gate = undefined
    await ask(client, 1) // the prepayment covers it
    expect(rig.payer.signatures).to.equal(1)
  })

  it('hands over a chunk that had left already, which stays in D', async () => {
    const late: [number, ReceivedChunk][] = []
    const rig = make()
    rig.payer.signed = PRICE
    rig.payee.vouchered = PRICE // so that nothing has to be paid while nothing is read
    const client = await open(rig, { onLateChunk: (chunk, received) => late.push([chunk.chunkIndex, received]) })
    rig.pair.dialer.pauseReading()
    const controller = new AbortController()
    const request = rejection(ask(client, 5, { signal: controller.signal }))
    await settleDown()
    controller.abort()
    expect(codeOf(await request)).to.equal('CANCELLED')
    await settleDown()
    rig.pair.dialer.resumeReading()
    await settleDown()
    expect(late.map(([index, { chunk }]) => [index, chunk[0]])).to.deep.equal([[5, 5]])
    expect(rig.payee.committed).to.equal(PRICE)
    expect(client.status?.committed).to.equal(PRICE)
    verify(rig, client, 5)
    await ask(client, 6)
  })

  it('writes off a chunk the payer had from elsewhere, so that its prepayment covers the next', async () => {
    const rig = make()
    const client = await open(rig)
    await ask(client, 0)
    client.alreadyHave(ref(0))
    await ask(client, 1)
    expect(rig.payee.writtenOff).to.deep.equal([ref(0)])
    expect(rig.payer.signatures).to.equal(1)
    expect(client.status?.committed).to.equal(PRICE)
  })

  it('keeps a chunk in D that the payee does not write off', async () => {
    const rig = make()
    rig.payee.refuseWriteOffs = true
    const client = await open(rig)
    await ask(client, 0)
    client.alreadyHave(ref(0))
    await settleDown()
    expect(client.status?.committed).to.equal(PRICE)
    expect(codeOf(await rejection(ask(client, 1)))).to.equal('ACCOUNT_MISMATCH')
  })

  /** Two chunks were counted and lost with the connection, and came from elsewhere since; V is a chunk above R. */
  function afterALoss(): Rig {
    const rig = make()
    withPast(rig, 16)
    for (const chunkIndex of [50, 51]) {
      const chunk = ref(chunkIndex)
      rig.payee.deliveries.set(chunkKey(chunk), { chunk, price: PRICE, resends: 0 })
      rig.payer.boughtElsewhere.add(chunkKey(chunk))
    }
    rig.payee.committed = wei(18n * PRICE)
    rig.payee.vouchered = wei(17n * PRICE)
    rig.payer.signed = wei(17n * PRICE)
    return rig
  }

  it('has what was lost and then bought elsewhere written off when it joins, and buys on', async () => {
    const rig = afterALoss()
    rig.payee.creditLimit = wei(0n)
    const client = await open(rig)
    await download(rig, client, { count: 3, window: 1 })
    await client.settle()
    expect(rig.payee.writtenOff).to.have.deep.members([ref(50), ref(51)])
    expect(rig.payee.committed).to.equal(19n * PRICE)
    expect(rig.payee.vouchered).to.equal(19n * PRICE)
    expect(client.status?.committed).to.equal(19n * PRICE)
    expect(rig.payer.risked <= PRICE, 'the payer risked more than one chunk').to.equal(true)
  })

  it('asks for no write-off while the payee counts no more than verified', async () => {
    const rig = afterALoss()
    rig.payer.verifiedAmount = wei(18n * PRICE)
    const client = await open(rig)
    await download(rig, client, { count: 1, window: 1 })
    expect(rig.payee.writtenOff).to.deep.equal([])
  })

  it('fails as before where the payee writes nothing off any more', async () => {
    const rig = afterALoss()
    rig.payee.creditLimit = wei(0n)
    rig.payee.refuseWriteOffs = true
    const client = await open(rig)
    expect(codeOf(await rejection(ask(client, 0)))).to.equal('ACCOUNT_MISMATCH')
    expect(rig.payer.signed).to.equal(17n * PRICE)
  })

  it('asks for no more write-offs at once than a payee lets questions be open', async () => {
    const rig = make()
    withPast(rig, 16)
    for (let chunkIndex = 20; chunkIndex < 88; chunkIndex++) {
      const chunk = ref(chunkIndex)
      rig.payee.deliveries.set(chunkKey(chunk), { chunk, price: PRICE, resends: 0 })
      rig.payer.boughtElsewhere.add(chunkKey(chunk))
    }
    rig.payee.committed = wei(84n * PRICE)
    const client = await open(rig)
    await settleDown()
    expect(rig.payee.writtenOff).to.have.length(32)
    expect((await client.quote(FILE)).quote.quoteId, 'the stream goes on').to.equal(QUOTE_ID)
  })

  /** Chunk 5 is counted, and was sent again as often as is free; `came`: the payer has paid for it, too. */
  function sentNoMore(came: boolean): Rig {
    const rig = make()
    withPast(rig, 16)
    rig.payee.deliveries.set(chunkKey(ref(5)), { chunk: ref(5), price: PRICE, resends: 3 })
    rig.payee.committed = wei(17n * PRICE)
    if (came) rig.payer.verify(PRICE)
    rig.payee.vouchered = wei(17n * PRICE)
    rig.payer.signed = wei(17n * PRICE)
    return rig
  }

  it('has written off what never came, and gets it then for what was paid ahead', async () => {
    const rig = sentNoMore(false)
    const client = await open(rig)
    expect(codeOf(await rejection(ask(client, 5, { resend: true })))).to.equal('RESEND_LIMIT')
    expect(await client.disown(ref(5), PRICE)).to.equal(true)
    expect(client.status?.committed).to.equal(16n * PRICE)
    await ask(client, 5)
    verify(rig, client, 5)
    await client.settle()
    expect(rig.payee.writtenOff).to.deep.equal([ref(5)])
    expect([rig.payee.committed, rig.payee.vouchered]).to.deep.equal([17n * PRICE, 17n * PRICE])
    expect(rig.payer.signatures, 'nothing was signed for it').to.equal(0)
  })

  it('hears that nothing is written off any more', async () => {
    const rig = sentNoMore(false)
    rig.payee.refuseWriteOffs = true
    const client = await open(rig)
    expect(await client.disown(ref(5), PRICE)).to.equal(false)
    expect(client.status?.committed).to.equal(17n * PRICE)
  })

  it('is told when the stream ends before a write-off is answered', async () => {
    const rig = sentNoMore(false)
    const client = await open(rig)
    rig.payee.writeOff = () => new Promise(() => {})
    const asked = rejection(client.disown(ref(5), PRICE))
    await settleDown()
    rig.pair.cut()
    expect(codeOf(await asked)).to.equal('STREAM_CLOSED')
    expect(codeOf(await rejection(client.disown(ref(5), PRICE)))).to.equal('STREAM_CLOSED')
  })

  it('buys again what is sent no more for nothing, by paying for it ahead and without credit', async () => {
    const rig = sentNoMore(true)
    const client = await open(rig)
    expect(client.status?.credit, 'it would be asked for on credit').to.not.equal(0n)
    expect(codeOf(await rejection(ask(client, 5)))).to.equal('RESEND_LIMIT')
    await client.payAhead(PRICE)
    await ask(client, 5)
    verify(rig, client, 5)
    await client.settle()
    expect([rig.payee.committed, rig.payee.vouchered]).to.deep.equal([18n * PRICE, 18n * PRICE])
    expect(rig.payer.risked <= PRICE, 'the payer risked more than one chunk').to.equal(true)
  })

  it('pays for nothing ahead that would risk a second chunk, or that its budget does not hold', async () => {
    const rig = sentNoMore(false)
    const client = await open(rig)
    expect(codeOf(await rejection(client.payAhead(PRICE)))).to.equal('ACCOUNT_MISMATCH')
    const poor = sentNoMore(true)
    poor.payer.budget = wei(17n * PRICE)
    const other = await open(poor)
    expect(codeOf(await rejection(other.payAhead(PRICE)))).to.equal('BUDGET_EXHAUSTED')
    expect([rig.payer.signatures, poor.payer.signatures]).to.deep.equal([0, 0])
  })

  it('refuses a request whose signal is aborted already', async () => {
    const rig = make()
    const client = await open(rig)
    expect(codeOf(await rejection(ask(client, 0, { signal: AbortSignal.abort() })))).to.equal('CANCELLED')
    expect(rig.payer.decisions).to.deep.equal([])
  })

  it('quotes a price and what is held', async () => {
    const rig = make()
    const client = await open(rig, { account: undefined })
    const { quote, have } = await client.quote(FILE)
    expect(quote).to.deep.equal({ quoteId: QUOTE_ID, pricePerMiB: 1_048_576n, expiresAt: rig.clock.now() + 600_000 })
    expect([have.length, have.count]).to.deep.equal([CHUNKS, CHUNKS])
    expect((await client.quote(FREE_FILE)).quote.pricePerMiB).to.equal(0n)
    expect(codeOf(await rejection(client.quote(OTHER_FILE)))).to.equal('DONT_HAVE')
  })

  it('sells at the price of a bid that is taken', async () => {
    const rig = make()
    const client = await open(rig)
    const { quote, have } = await client.quote(FILE)
    const agreed = await client.bid(FILE, { quoteId: quote.quoteId, pricePerMiB: wei(PRICE_PER_MIB / 2n) })
    expect(agreed.quote).to.deep.equal({ ...quote, quoteId: AGREED_QUOTE_ID, pricePerMiB: PRICE_PER_MIB / 2n })
    expect(agreed.have.count).to.equal(have.count)
    await ask(client, 0, { quoteId: AGREED_QUOTE_ID, price: HALF_PRICE })
    expect([rig.payee.vouchered, rig.payee.committed]).to.deep.equal([HALF_PRICE, HALF_PRICE])
  })

  it('answers a bid that is not taken with its own price, and a second one with BID_REPEATED', async () => {
    const rig = make()
    const client = await open(rig)
    const { quote } = await client.quote(FILE)
    const low = { quoteId: quote.quoteId, pricePerMiB: wei(1n) }
    expect((await client.bid(FILE, low)).quote).to.deep.equal(quote)
    expect(codeOf(await rejection(client.bid(FILE, { ...low, pricePerMiB: PRICE_PER_MIB })))).to.equal('BID_REPEATED')
    await ask(client, 0) // the stream goes on
    expect(rig.payee.committed).to.equal(PRICE)
  })

  it('takes no bid of a peer that proved no account', async () => {
    const rig = make()
    const client = await open(rig, { account: undefined })
    const bid = client.bid(FILE, { quoteId: QUOTE_ID, pricePerMiB: PRICE_PER_MIB })
    expect(codeOf(await rejection(bid))).to.equal('STREAM_CLOSED')
    expect(codeOf(await client.ended)).to.equal('UNEXPECTED_MESSAGE')
    expect(rig.shelf.bidders.size).to.equal(0)
  })

  it('honours a quote until it expires, then gives a fresh one', async () => {
    const rig = make()
    rig.shelf.expiresAt = rig.clock.now() + 60_000
    const client = await open(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    await rig.clock.advance(60_000 - 1)
    await ask(client, 1)
    verify(rig, client, 1)
    await rig.clock.advance(1)
    rig.shelf.quoteId = 9
    const error = await rejection(ask(client, 2))
    expect(codeOf(error)).to.equal('QUOTE_EXPIRED')
    expect(error.details).to.have.nested.property('quote.quoteId', 9)
  })

  it('closes the channel on request and says with which transaction', async () => {
    const rig = make()
    const client = await open(rig)
    rig.payee.failClose = true
    expect(codeOf(await rejection(client.closeChannel()))).to.equal('CLOSE_FAILED')
    await ask(client, 0) // the stream goes on
    verify(rig, client, 0)
    rig.payee.failClose = false
    expect(await client.closeChannel()).to.equal(`0x${'cd'.repeat(32)}`)
  })

  it('proves a chunk when asked to', async () => {
    const rig = make()
    const client = await open(rig)
    expect((await ask(client, 0, { wantProof: true })).proof).to.have.length(2)
    verify(rig, client, 0)
    expect((await ask(client, 1)).proof).to.have.length(0)
  })

  it('refuses a payee that wants to be paid at another account than its offer says', async () => {
    const rig = make()
    const payee = '0x3333333333333333333333333333333333333333' as Address
    expect(codeOf(await rejection(open(rig, { payee })))).to.equal('PAYEE_MISMATCH')
  })

  it('answers vouchers of all kinds of wrong with a code and changes nothing', async () => {
    for (const [code, voucher] of [
      ['VOUCHER_INVALID', voucherOf(500n, { signature: new Uint8Array(64) })],
      ['VOUCHER_WRONG_CHANNEL', voucherOf(500n, { channelId: `0x${'00'.repeat(32)}` as never })],
      ['VOUCHER_OVER_DEPOSIT', voucherOf(10n ** 20n)],
    ] as const) {
      const rig = make()
      rig.payer.authorize = async () => ({ kind: 'voucher', voucher })
      const client = await open(rig)
      const error = await rejection(ask(client, 0))
      expect(error.details).to.include({ code })
      expect(rig.payee.vouchered).to.equal(0n)
      expect(rig.payee.committed).to.equal(0n)
    }
  })

  for (const [code, prepare] of [
    ['CHANNEL_CLOSING', (rig: Rig) => (rig.payee.closing = true)],
    ['VOUCHER_OVER_DEPOSIT', (rig: Rig) => (rig.payee.spendable = wei(1n))],
  ] as const)
    it(`tells the caller that the payee refused with ${code}`, async () => {
      const rig = make()
      prepare(rig)
      const client = await open(rig)
      const error = await rejection(ask(client, 0))
      expect(codeOf(error)).to.equal('PAYMENT_REQUIRED')
      expect(error.details).to.include({ code })
    })

  const sides = ['fromDialer', 'fromListener'] as const
  for (const side of sides)
    it(`loses no money at any message boundary (${side})`, async () => {
      for (let cutAtSend = 1; cutAtSend <= 24; cutAtSend++) {
        const rig = make({ [side]: { cutAtSend } })
        const received: number[] = []
        const buy = async (current: Rig, chunkIndex: number, resend: boolean): Promise<void> => {
          const client = await clientOf(current)
          await ask(client, chunkIndex, { resend })
          received.push(chunkIndex)
          verify(current, client, chunkIndex)
        }
        const clients = new Map<Rig, Promise<ChunkClient>>()
        const clientOf = (current: Rig): Promise<ChunkClient> => {
          const known = clients.get(current) ?? open(current)
          known.catch(() => {})
          clients.set(current, known)
          return known
        }
        for (let chunkIndex = 0; chunkIndex < 10; chunkIndex++) {
          try {
            await buy(rig, chunkIndex, false)
          } catch {
            break
          }
        }
        rig.pair.cut()
        await rig.served

        const again = make({ after: rig })
        const client = await clientOf(again)
        // SPEC 03 §6.5: chunks that the payee counted and that never came are asked for first.
        for (const { chunkIndex } of [...(client.status?.recent ?? [])].reverse())
          if (!received.includes(chunkIndex)) await buy(again, chunkIndex, true)
        for (let chunkIndex = 0; chunkIndex < 12; chunkIndex++)
          if (!received.includes(chunkIndex)) await buy(again, chunkIndex, false)
        await client.settle()
        expect(received.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 12 }, (_, i) => i))
        expect(rig.payer.risked <= PRICE).to.equal(true)
        expect(rig.payee.vouchered, `cut at send ${cutAtSend}`).to.equal(12n * PRICE)
        expect(rig.payee.committed).to.equal(12n * PRICE)
        await client.close()
        await again.served
      }
    })

  it('works in pieces of any size', async () => {
    for (const pieceBytes of [1, 7, 1_001]) {
      const rig = make({ fromDialer: { pieceBytes }, fromListener: { pieceBytes } })
      const client = await open(rig)
      await download(rig, client, { count: 4, window: 2 })
      await client.close()
      await rig.served
    }
  })

  it('ends the stream, and nothing else, when bytes are changed on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (at, offset, change) => {
          const corrupt = (bytes: Uint8Array, send: number): Uint8Array => {
            if (send !== at) return bytes
            const out = bytes.slice()
            const index = offset % out.byteLength
            out[index] = (out[index] ?? 0) ^ change
            return out
          }
          const rig = make({ fromDialer: { corrupt } })
          const work = (async () => {
            const client = await open(rig)
            await download(rig, client, { count: 10, window: 2 })
          })()
          // A changed length may leave the payee waiting for the rest of a frame: time ends that.
          await Promise.race([work.catch(() => {}), settleDown(60)])
          rig.pair.cut()
          await work.catch(() => {})
          await untilServed(rig)
          expect(rig.payer.risked <= PRICE).to.equal(true)
          expect(rig.payee.endedCount).to.be.at.most(1)
        },
      ),
      { numRuns: 60 },
    )
  })
}
