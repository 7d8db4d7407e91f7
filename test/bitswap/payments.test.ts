import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import type { ReceivedChunk } from '../../src/in-band/chunk-client.ts'
import { voucherOf } from '../in-band/fake-accounts.ts'
import { CHUNKS, FILE, FREE_FILE, OTHER_FILE, PRICE, QUOTE_ID, rejection, settleDown } from '../in-band/shelf.ts'
import { ask, connect, createRig, download, verify } from './harness.ts'

const ref = (chunkIndex: number): { fileHash: typeof FILE; chunkIndex: number } => ({ fileHash: FILE, chunkIndex })

describe('bitswap: when is paid', () => {
  it('lets requests run ahead as credit grows to an eighth of what was paid', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 64, window: 16 })
    expect(rig.payee.risked > 0n, 'credit was never used').to.equal(true)
    expect(rig.payee.risked <= 8n * PRICE).to.equal(true)
    expect(rig.payer.signatures).to.be.at.most(64)
  })

  it('sends PAY when a verified chunk stays uncovered for 200 ms, and not before', async () => {
    const rig = createRig()
    rig.payee.vouchered = wei(80n * PRICE) // credit for ten chunks
    rig.payer.signed = wei(80n * PRICE)
    rig.payer.verifiedAmount = wei(80n * PRICE)
    rig.payee.committed = wei(80n * PRICE)
    const client = await connect(rig)
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

  it('sends no PAY when a request covered the chunk meanwhile', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await download(rig, client, { count: 2, window: 1 })
    const before = rig.payer.signatures
    await rig.clock.advance(200)
    await settleDown()
    expect(rig.payer.signatures).to.equal(before)
  })

  it('pays first of all after a reconnect', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 3, window: 1 })
    rig.pair.cut()
    await rig.served
    rig.payee.vouchered = wei(PRICE) // what was lost on the way
    const again = createRig({ after: rig })
    const reconnected = await connect(again)
    expect(rig.payee.vouchered).to.equal(3n * PRICE)
    expect(reconnected.status?.vouchered).to.equal(3n * PRICE)
    expect(again.pair.dialer.sent).to.have.length(2) // HELLO, PAY
  })

  it('pays what was verified and never covered first of all', async () => {
    const rig = createRig()
    rig.payer.verifiedAmount = wei(PRICE)
    rig.payee.committed = wei(PRICE)
    await connect(rig)
    expect(rig.payee.vouchered).to.equal(PRICE)
  })

  it('settles until a voucher signed ahead is confirmed too', async () => {
    const rig = createRig()
    rig.shelf.unreadable.add(0)
    const client = await connect(rig)
    rig.payee.pay = async () => ({ kind: 'accepted', vouchered: rig.payee.vouchered, credit: rig.payee.credit })
    const controller = new AbortController()
    const request = ask(client, 0, { signal: controller.signal })
    controller.abort() // the voucher is durable and was not sent
    expect(codeOf(await rejection(request))).to.equal('CANCELLED')
    await settleDown()
    expect(rig.payer.signed).to.equal(PRICE)
    const amounts: bigint[] = []
    rig.payee.pay = async ({ cumulativeAmount }) => {
      amounts.push(cumulativeAmount)
      return { kind: 'accepted', vouchered: cumulativeAmount, credit: rig.payee.credit }
    }
    await client.settle()
    expect(amounts).to.deep.equal([PRICE])
  })

  it('carries a voucher that an aborted request left behind with the next one', async () => {
    const rig = createRig()
    const client = await connect(rig)
    const controller = new AbortController()
    const aborted = ask(client, 0, { signal: controller.signal })
    controller.abort()
    await rejection(aborted)
    await ask(client, 1)
    expect(rig.payee.vouchered).to.equal(PRICE)
    expect(rig.payer.signatures).to.equal(1)
  })

  it('fails settle when the payee does not confirm in time', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    rig.payer.verify(PRICE)
    rig.payee.pay = () => new Promise(() => {})
    const settled = rejection(client.settle())
    await settleDown()
    await rig.clock.advance(10_000)
    expect(codeOf(await settled)).to.equal('PAY_TIMEOUT')
  })

  it('takes the voucher of a request it refuses', async () => {
    const rig = createRig()
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, CHUNKS + 1)))).to.equal('DONT_HAVE')
    expect(rig.payee.vouchered).to.equal(PRICE)
    await ask(client, 0)
    expect(rig.payer.signatures).to.equal(1)
  })
})

describe('bitswap: books that disagree', () => {
  it('asks again when the payee’s books were ahead, and then succeeds', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 20, window: 1 })
    rig.payee.committed = wei(rig.payee.committed + 1n) // another stream of the pair
    rig.payee.vouchered = wei(rig.payee.vouchered - PRICE + 1n)
    await ask(client, 20)
    expect(rig.payee.deliveries.size).to.equal(21)
  })

  it('fails instead of waiting for ever when the payee counts more than arrived', async () => {
    const rig = createRig()
    rig.payee.committed = wei(3n * PRICE)
    const client = await connect(rig)
    const [first, second] = await Promise.all([rejection(ask(client, 0)), rejection(ask(client, 1))])
    expect(codeOf(first)).to.equal('ACCOUNT_MISMATCH')
    expect(codeOf(second)).to.equal('ACCOUNT_MISMATCH')
    expect(first.details).to.have.property('status')
  })

  it('recovers by asking for the counted chunks again, without their being counted', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 16, window: 1 })
    const lost = [ask(client, 16), ask(client, 17)] // within credit; both are lost with the connection
    rig.pair.dialer.pauseReading()
    for (const promise of lost) promise.catch(() => {})
    await settleDown()
    const counted = rig.payee.committed
    rig.pair.cut()
    await rig.served
    expect(counted > 16n * PRICE).to.equal(true)

    const again = createRig({ after: rig })
    const reconnected = await connect(again)
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

  for (const [code, prepare] of [
    ['CHANNEL_CLOSING', (rig: ReturnType<typeof createRig>) => (rig.payee.closing = true)],
    ['VOUCHER_OVER_DEPOSIT', (rig: ReturnType<typeof createRig>) => (rig.payee.spendable = wei(1n))],
  ] as const)
    it(`tells the caller that the payee refused with ${code}`, async () => {
      const rig = createRig()
      prepare(rig)
      const client = await connect(rig)
      const error = await rejection(ask(client, 0))
      expect(codeOf(error)).to.equal('PAYMENT_REQUIRED')
      expect(error.details).to.include({ code })
    })

  it('tells the caller that its own budget is exhausted', async () => {
    const rig = createRig()
    rig.payer.budget = wei(PRICE - 1n)
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, 0)))).to.equal('BUDGET_EXHAUSTED')
    expect(rig.payee.vouchered).to.equal(0n)
  })

  it('serves no priced chunk to a peer without an account', async () => {
    const rig = createRig()
    const client = await connect(rig, { account: undefined })
    const error = await rejection(ask(client, 0))
    expect(codeOf(error)).to.equal('PAYMENT_REQUIRED')
    expect(error.details).to.deep.include({ code: 'HELLO_REQUIRED' })
    expect(rig.shelf.reads).to.equal(0)
  })
})

describe('bitswap: cancelling', () => {
  it('takes a chunk that has not left out of D', async () => {
    const rig = createRig()
    let open = (): void => {}
    rig.shelf.gate = new Promise((resolve) => {
      open = resolve
    })
    const client = await connect(rig)
    const controller = new AbortController()
    const request = rejection(ask(client, 0, { signal: controller.signal }))
    await settleDown()
    expect(rig.payee.committed).to.equal(PRICE)
    controller.abort()
    expect(codeOf(await request)).to.equal('CANCELLED')
    await settleDown()
    open()
    await settleDown()
    expect(rig.payee.committed).to.equal(0n)
    expect(client.status?.committed).to.equal(0n)
    rig.shelf.gate = undefined
    await ask(client, 1) // the prepayment covers it
    expect(rig.payer.signatures).to.equal(1)
  })

  it('hands over a chunk that had left already, which stays in D', async () => {
    const late: [number, ReceivedChunk][] = []
    const rig = createRig()
    const client = await connect(rig, { onLateChunk: (chunk, received) => late.push([chunk.chunkIndex, received]) })
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

  it('does not wait for a late chunk that nobody wants', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    rig.pair.dialer.pauseReading()
    const controller = new AbortController()
    const request = rejection(ask(client, 5, { signal: controller.signal }))
    await settleDown()
    controller.abort()
    await request
    await settleDown()
    rig.pair.dialer.resumeReading()
    expect(codeOf(await rejection(ask(client, 6)))).to.equal('ACCOUNT_MISMATCH')
    expect((await ask(client, 5, { resend: true })).chunk[0]).to.equal(5)
  })

  it('writes off a chunk the payer had from elsewhere, so that its prepayment covers the next', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await ask(client, 0)
    client.alreadyHave(ref(0))
    await ask(client, 1)
    expect(rig.payee.writtenOff).to.deep.equal([ref(0)])
    expect(rig.payer.signatures).to.equal(1)
    expect(client.status?.committed).to.equal(PRICE)
  })

  it('keeps a chunk in D that the payee does not write off', async () => {
    const rig = createRig()
    rig.payee.refuseWriteOffs = true
    const client = await connect(rig)
    await ask(client, 0)
    client.alreadyHave(ref(0))
    await settleDown()
    expect(client.status?.committed).to.equal(PRICE)
    expect(codeOf(await rejection(ask(client, 1)))).to.equal('ACCOUNT_MISMATCH')
  })

  it('withdraws a request that waits for the money without sending anything', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await ask(client, 0)
    const controller = new AbortController()
    const waiting = rejection(ask(client, 1, { signal: controller.signal }))
    await settleDown()
    const sent = rig.pair.dialer.sent.length
    controller.abort()
    expect(codeOf(await waiting)).to.equal('CANCELLED')
    await settleDown()
    expect(rig.pair.dialer.sent.length).to.equal(sent)
  })

  it('takes back a request that waits for the money, and none that was sent', async () => {
    const rig = createRig()
    const client = await connect(rig)
    const sent = ask(client, 0)
    const waiting = rejection(ask(client, 1))
    await settleDown()
    const before = rig.pair.dialer.sent.length
    expect(client.withdraw(ref(0))).to.equal(false)
    expect(client.withdraw(ref(1))).to.equal(true)
    expect(client.withdraw(ref(1))).to.equal(false)
    expect(codeOf(await waiting)).to.equal('CANCELLED')
    await sent
    verify(rig, client, 0)
    await settleDown()
    expect(rig.pair.dialer.sent).to.have.length(before)
  })

  it('refuses a request whose signal is aborted already', async () => {
    const rig = createRig()
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, 0, { signal: AbortSignal.abort() })))).to.equal('CANCELLED')
    expect(rig.payer.decisions).to.deep.equal([])
  })
})

describe('bitswap: quotes, haves and closing', () => {
  it('quotes a price and what is held', async () => {
    const rig = createRig()
    const client = await connect(rig, { account: undefined })
    const { quote, have } = await client.quote(FILE)
    expect(quote).to.deep.equal({ quoteId: QUOTE_ID, pricePerMiB: 1_048_576n, expiresAt: rig.clock.now() + 600_000 })
    expect([have.length, have.count]).to.deep.equal([CHUNKS, CHUNKS])
    expect((await client.quote(FREE_FILE)).quote.pricePerMiB).to.equal(0n)
    expect(codeOf(await rejection(client.quote(OTHER_FILE)))).to.equal('DONT_HAVE')
  })

  it('honours a quote until it expires, then gives a fresh one', async () => {
    const rig = createRig()
    rig.shelf.expiresAt = rig.clock.now() + 60_000
    const client = await connect(rig)
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

  it('announces chunks gained later of the files that were asked about', async () => {
    const rig = createRig()
    const { Bitfield } = await import('../../src/domain/bitfield.ts')
    const held = new Bitfield(CHUNKS)
    rig.shelf.held = held
    const news: [string, number, boolean][] = []
    const client = await connect(rig, {
      onHave: (fileHash, chunks) => news.push([fileHash, chunks.count, chunks.has(7)]),
    })
    expect((await client.quote(FILE)).have.count).to.equal(0)
    for (const index of [7, 8, 20]) {
      held.add(index)
      rig.shelf.listener?.(FILE, index)
    }
    rig.shelf.listener?.(FREE_FILE, 1)
    await rig.clock.advance(500)
    await settleDown()
    expect(news).to.deep.equal([[FILE, 3, true]])
    await client.close()
    await rig.served
    expect(rig.shelf.listener).to.equal(undefined)
  })

  it('closes the channel on request and says with which transaction', async () => {
    const rig = createRig()
    const client = await connect(rig)
    expect(await client.closeChannel()).to.equal(`0x${'cd'.repeat(32)}`)
    rig.payee.failClose = true
    expect(codeOf(await rejection(client.closeChannel()))).to.equal('CLOSE_FAILED')
    await ask(client, 0) // the stream goes on
  })

  it('agrees to an end at what verified, where vouchers promise more', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    await client.closeChannel()
    expect(rig.payee.agreement).to.equal(undefined)
    await ask(client, 1) // paid ahead, and it turns out to be of no use
    await client.closeChannel()
    expect(rig.payee.agreement).to.include({ settled: PRICE })
  })

  it('proves a chunk when asked to', async () => {
    const rig = createRig()
    const client = await connect(rig)
    expect((await ask(client, 0, { wantProof: true })).proof).to.have.length(2)
    verify(rig, client, 0)
    expect((await ask(client, 1)).proof).to.have.length(0)
  })

  it('refuses a payee that wants to be paid at another account than its offer says', async () => {
    const rig = createRig()
    const payee = '0x3333333333333333333333333333333333333333' as Address
    expect(codeOf(await rejection(connect(rig, { payee })))).to.equal('PAYEE_MISMATCH')
  })

  it('answers vouchers of all kinds of wrong with a code and changes nothing', async () => {
    for (const [code, voucher] of [
      ['VOUCHER_INVALID', voucherOf(500n, { signature: new Uint8Array(64) })],
      ['VOUCHER_WRONG_CHANNEL', voucherOf(500n, { channelId: `0x${'00'.repeat(32)}` as never })],
      ['VOUCHER_OVER_DEPOSIT', voucherOf(10n ** 20n)],
    ] as const) {
      const rig = createRig()
      rig.payer.authorize = async () => ({ kind: 'voucher', voucher })
      const client = await connect(rig)
      const error = await rejection(ask(client, 0))
      expect(error.details).to.include({ code })
      expect(rig.payee.vouchered).to.equal(0n)
      expect(rig.payee.committed).to.equal(0n)
    }
  })
})
