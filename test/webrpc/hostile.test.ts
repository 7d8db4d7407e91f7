import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Message } from '../../src/webrpc/message.ts'
import { MAX_DUES_IN_A_ROW } from '../../src/webrpc/protocol.ts'
import { SessionRegistry } from '../../src/webrpc/session-registry.ts'
import type { WebrpcClient } from '../../src/webrpc/webrpc-client.ts'
import { voucherOf } from '../in-band/fake-accounts.ts'
import { ask, askFree, type Rig, untilServed } from '../in-band/rig.ts'
import { CHUNK_BYTES, CHUNKS, chunkBytes, FILE, OTHER_FILE, PRICE, rejection, settleDown } from '../in-band/shelf.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { streamPair } from '../support/stream-pair.ts'
import { ByHand, chunkRequest, freeRequest, payerByHand } from './by-hand.ts'
import { connect, createRig } from './harness.ts'
import { SAMPLES } from './samples.ts'

const pay = (requestId: number, amount: bigint, overrides = {}): Message => ({
  type: 'payment-proof',
  requestId,
  voucher: voucherOf(amount, overrides),
})

/** What the payee's last word was, after everything that needs no clock has happened. */
async function lastWord(rig: Rig, hand: ByHand): Promise<Message | undefined> {
  await settleDown()
  const last = hand.received.at(-1)
  await hand.hangUp()
  await untilServed(rig)
  return last
}

function sample(name: string): Message {
  const message = SAMPLES[name]
  if (message === undefined) throw new Error(`no sample ${name}`)
  return message
}

describe('webrpc/server: payers that misbehave', () => {
  it('ends the stream with MALFORMED for any garbage, and only the stream', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (garbage) => {
        const rig = createRig()
        const hand = new ByHand(rig.pair.dialer)
        await rig.pair.dialer.send(Uint8Array.of(0x05, 0xff, 0xff, 0xff, 0xff, 0xff, ...garbage))
        expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'MALFORMED' })
      }),
      { numRuns: 20 },
    )
  })

  it('refuses a frame that is too long before it has come', async () => {
    const rig = createRig()
    const hand = new ByHand(rig.pair.dialer)
    await rig.pair.dialer.send(Uint8Array.of(0x81, 0x20)) // 4,097 bytes
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'MALFORMED' })
  })

  it('ends the stream of a peer that never opens a session', async () => {
    const rig = createRig()
    const hand = new ByHand(rig.pair.dialer)
    await rig.clock.advance(10_000)
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'HELLO_TIMEOUT' })
  })

  it('ends the stream for a message that a payer may not send', async () => {
    for (const name of ['chunk data', 'payment due', 'challenge', 'session request for free chunks', 'grant']) {
      const rig = createRig()
      const { hand } = await payerByHand(rig.pair.dialer)
      await hand.send(sample(name))
      expect(await lastWord(rig, hand), name).to.deep.equal({ type: 'error', code: 'UNEXPECTED_MESSAGE' })
    }
  })

  it('ends the stream of a peer that floods it', async () => {
    const rig = createRig({ server: { limits: { messageBurst: 100, messagesPerSecond: 10 } } })
    const { hand } = await payerByHand(rig.pair.dialer, { account: false })
    await hand.send({ type: 'quote-request', requestId: 1, files: [FILE, FILE] })
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'TOO_MANY_MESSAGES' })
  })

  it('reads nothing and writes nothing for thousands of chunks that are never paid', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer)
    rig.shelf.reads = 0
    for (let requestId = 1; requestId <= 20; requestId++) await hand.send(chunkRequest(requestId, 0, CHUNKS))
    await settleDown(100)
    expect(hand.count('payment-due')).to.equal(1)
    expect(hand.count('chunk-data')).to.equal(0)
    expect(rig.payee.committed).to.equal(0n)
    expect(rig.shelf.reads).to.be.at.most(16)
    await hand.send(chunkRequest(21, 0, 4_096))
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'TOO_MANY_REQUESTS' })
  })

  it('refuses a file it does not have in one answer, and ends the stream of who asks for ever', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 4_096, { fileHash: OTHER_FILE }))
    expect(await hand.next('withheld')).to.deep.include({ code: 'DONT_HAVE', ranges: [{ first: 0, count: 4_096 }] })
    for (let requestId = 2; requestId <= 300; requestId++)
      await hand.send(chunkRequest(requestId, 0, 1, { fileHash: OTHER_FILE })).catch(() => {})
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'TOO_MANY_REFUSALS' })
  })

  it('takes a replayed voucher for what it is: one that covers nothing new', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 3))
    await hand.next('payment-due')
    await hand.send(pay(2, PRICE))
    await hand.next('chunk-data')
    await hand.next('payment-due')
    for (let requestId = 3; requestId < 10; requestId++) {
      await hand.send(pay(requestId, PRICE))
      expect(await hand.next('payment-due')).to.have.nested.property('status.vouchered', PRICE)
    }
    expect(hand.count('payment-ack')).to.equal(8)
    expect(hand.count('chunk-data')).to.equal(1)
    expect(rig.payee.committed).to.equal(PRICE)
  })

  it('answers vouchers of all kinds of wrong with a code, and serves nothing for them', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 1))
    await hand.next('payment-due')
    const wrong = [
      ['VOUCHER_INVALID', { signature: new Uint8Array(64) }],
      ['VOUCHER_WRONG_CHANNEL', { channelId: `0x${'00'.repeat(32)}` }],
    ] as const
    for (const [index, [code, overrides]] of wrong.entries()) {
      await hand.send(pay(2 + index, 5_000n, overrides))
      expect(await hand.next('payment-ack')).to.include({ code, vouchered: 0n })
    }
    await settleDown()
    expect(hand.count('chunk-data')).to.equal(0)
    expect(rig.payee.vouchered).to.equal(0n)
  })

  it('holds few chunks for a peer that takes no bytes, and ends its stream', async () => {
    const rig = createRig({ fromListener: { capacityBytes: 2_000 } })
    const { hand } = await payerByHand(rig.pair.dialer, { account: false })
    await hand.send(freeRequest(1, 0, CHUNKS))
    rig.pair.dialer.pauseReading()
    await settleDown(100)
    expect(rig.shelf.reads).to.be.at.most(20)
    await rig.clock.advance(30_000)
    await untilServed(rig)
    expect(rig.shelf.reads).to.be.at.most(20)
  })

  it('sends no more than the window, whatever is asked for, until it is granted more', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer, { account: false, window: 5 })
    await hand.send(freeRequest(1, 0, 40))
    await settleDown(100)
    expect(hand.count('chunk-data')).to.equal(5)
    await hand.send({ type: 'grant', chunks: 3 })
    await settleDown(100)
    expect(hand.count('chunk-data')).to.equal(8)
    await hand.send({ type: 'grant', chunks: 6 })
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'UNEXPECTED_MESSAGE' })
  })

  it('ends an idle stream, one that waits for a payment too', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 1))
    await hand.next('payment-due')
    await rig.clock.advance(299_999)
    expect(hand.received.at(-1)?.type).to.equal('payment-due')
    await rig.clock.advance(1)
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'IDLE' })
  })

  it('holds so many sessions of one payer, and so many in all', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    const holder = { giveUp: async () => {} }
    const claims = []
    for (let i = 0; i < 16; i++) claims.push(await sessions.claim('one payer', undefined, holder))
    expect(codeOf(await rejection(sessions.claim('one payer', undefined, holder)))).to.equal('TOO_MANY_SESSIONS')
    for (let i = 16; i < 1_024; i++) claims.push(await sessions.claim(`payer ${i}`, undefined, holder))
    expect(new Set(claims.map(({ sessionId }) => sessionId)).size).to.equal(1_024)
    expect(codeOf(await rejection(sessions.claim('another', undefined, holder)))).to.equal('TOO_MANY_SESSIONS')
    for (const claim of claims) claim.release()
    for (const claim of claims) claim.release()
    expect((await sessions.claim('another', undefined, holder)).resumed).to.equal(false)
  })

  it('refuses a 17th stream of one payer, and serves it when another is closed', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    const first = createRig({ server: { sessions } })
    const rigs = [first, ...Array.from({ length: 15 }, () => createRig({ server: { sessions }, after: first }))]
    const hands = await Promise.all(rigs.map((rig) => payerByHand(rig.pair.dialer)))
    const refused = createRig({ server: { sessions }, after: first })
    const error = await rejection(payerByHand(refused.pair.dialer))
    expect(error.message).to.equal('TOO_MANY_SESSIONS')
    await hands[3]?.hand.hangUp()
    await rigs[3]?.served
    const again = createRig({ server: { sessions }, after: first })
    expect((await payerByHand(again.pair.dialer)).response.resumed).to.equal(false)
  })

  it('gives a session to nobody but its owner', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    const rig = createRig({ server: { sessions } })
    const { hand, response } = await payerByHand(rig.pair.dialer)
    const thief = createRig({ server: { sessions }, after: rig })
    const stolen = await payerByHand(thief.pair.dialer, { account: false, sessionId: response.sessionId })
    expect(stolen.response.resumed).to.equal(false)
    expect(stolen.response.status).to.equal(undefined)
    await settleDown()
    expect(hand.received.at(-1)?.type).to.equal('session-response')
  })

  it('promises nothing more when its books cannot be written', async () => {
    const rig = createRig()
    rig.payee.vouchered = wei(5n * PRICE)
    rig.payee.failWrites = true
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 3))
    expect(await lastWord(rig, hand)).to.deep.equal({ type: 'error', code: 'INTERNAL' })
    expect(rig.hits).to.not.include('chunk-sent')
  })

  it('takes every chunk that did not leave out of D when the stream breaks', async () => {
    const rig = createRig()
    rig.payee.vouchered = wei(10n * PRICE)
    const gate = Promise.withResolvers<void>()
    rig.shelf.gate = gate.promise
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 8))
    await settleDown()
    expect(rig.payee.committed).to.equal(8n * PRICE)
    rig.pair.cut()
    await settleDown()
    gate.resolve()
    await rig.served
    expect(rig.payee.committed).to.equal(0n)
    expect(rig.payee.endedCount).to.equal(1)
  })

  it('tells an account that is proved too late that its stream has ended', async () => {
    const rig = createRig()
    const proved = Promise.withResolvers<void>()
    const authenticate = rig.payee.authenticate.bind(rig.payee)
    rig.payee.authenticate = async () => {
      await proved.promise
      return authenticate()
    }
    void payerByHand(rig.pair.dialer).catch(() => {})
    await settleDown()
    rig.pair.cut()
    await settleDown()
    proved.resolve()
    await rig.served
    expect(rig.payee.endedCount).to.equal(1)
  })
})

describe('webrpc/client: payees that misbehave', () => {
  const data = (requestId: number, chunkIndex: number, bytes = chunkBytes(chunkIndex)): Message => ({
    type: 'chunk-data',
    requestId,
    chunkIndex,
    credit: wei(0n),
    proof: [],
    chunk: bytes,
  })

  /** A session with a payee by hand; `status` makes it one with an account. */
  async function opened(status: boolean): Promise<{ rig: Rig; client: WebrpcClient; payee: ByHand }> {
    const rig = createRig()
    rig.pair.listener.abort(new Error('unused'))
    const pair = streamPair()
    const payee = new ByHand(pair.listener)
    await payee.send(sample('challenge'))
    const opening = connect({ ...rig, pair }, status ? {} : { account: undefined })
    await payee.next('session-request')
    await payee.send(sample(status ? 'session response' : 'session response without an account'))
    return { rig, client: await opening, payee }
  }

  const lies: Readonly<Record<string, readonly Message[]>> = {
    'a chunk that nobody asked for': [data(1, 5)],
    'the same chunk twice': [data(1, 0), data(1, 0)],
    'a chunk of another request': [data(7, 0)],
    'a refusal of what was not asked for': [
      { type: 'withheld', requestId: 1, ranges: [{ first: 9, count: 1 }], code: 'DONT_HAVE' },
    ],
    'a cancellation that nobody wanted': [
      { type: 'withheld', requestId: 1, ranges: [{ first: 0, count: 1 }], code: 'CANCELLED' },
    ],
    'a payment due for a free chunk': [sample('payment due')],
    'an answer without a question': [sample('payment ack')],
    'a quote without a question': [sample('quote response')],
  }
  for (const [name, messages] of Object.entries(lies))
    it(`ends the stream for ${name}`, async () => {
      const { client, payee } = await opened(false)
      const asked = askFree(client, 0)
      asked.catch(() => {})
      await payee.next('chunk-request')
      await payee.send(...messages).catch(() => {})
      expect(codeOf(await client.ended)).to.equal('UNEXPECTED_MESSAGE')
    })

  it('ends the stream for a chunk of another length, as a lie', async () => {
    const { client, payee } = await opened(false)
    const asked = rejection(askFree(client, 0))
    await payee.next('chunk-request')
    await payee.send(data(1, 0, new Uint8Array(CHUNK_BYTES + 1)))
    expect(codeOf(await client.ended)).to.equal('MALFORMED')
    expect(codeOf(await asked)).to.equal('STREAM_CLOSED')
  })

  it('ends the stream for more chunks than the window holds', async () => {
    const { client, payee } = await opened(false)
    const asked = Array.from({ length: 70 }, (_, index) => askFree(client, index))
    for (const promise of asked) promise.catch(() => {})
    await payee.next('chunk-request')
    for (let i = 0; i < 65; i++) await payee.send(data(1, i)).catch(() => {})
    expect(codeOf(await client.ended)).to.equal('UNEXPECTED_MESSAGE')
  })

  it('gives up on a payee that asks for payments and sends nothing, and signs for one chunk at the most', async () => {
    const { rig, client, payee } = await opened(true)
    const asked = rejection(ask(client, 0))
    await payee.next('chunk-request')
    const status = { vouchered: wei(0n), committed: wei(0n), credit: wei(0n), spendable: wei(10n ** 18n), recent: [] }
    const chunk = { fileHash: FILE, chunkIndex: 0 }
    let asks = 0
    for (; payee.count('cancel') === 0 && asks < 100; asks++) {
      await payee.send({ type: 'payment-due', chunk, code: 'VOUCHER_TOO_LOW', status })
      await settleDown()
      const payment = payee.received.at(-1)
      if (payment?.type !== 'payment-proof') continue
      const { requestId } = payment
      await payee.send({ type: 'payment-ack', requestId, vouchered: wei(0n), credit: wei(0n) })
    }
    expect(asks).to.equal(MAX_DUES_IN_A_ROW + 1)
    const { requestId, ranges } = await payee.next('cancel')
    await payee.send({ type: 'withheld', requestId, ranges, code: 'CANCELLED' })
    expect(codeOf(await asked)).to.equal('ACCOUNT_MISMATCH')
    expect(rig.payer.signed).to.equal(PRICE)
  })

  it('does not sign for what a payee makes up', async () => {
    const { rig, client, payee } = await opened(true)
    const asked = rejection(ask(client, 0))
    await payee.next('chunk-request')
    const status = { vouchered: wei(0n), committed: wei(10n ** 15n), credit: wei(0n), spendable: wei(0n), recent: [] }
    await payee.send({
      type: 'payment-due',
      chunk: { fileHash: FILE, chunkIndex: 0 },
      code: 'VOUCHER_TOO_LOW',
      status,
    })
    const { requestId, ranges } = await payee.next('cancel')
    await payee.send({ type: 'withheld', requestId, ranges, code: 'CANCELLED' })
    expect(codeOf(await asked)).to.equal('ACCOUNT_MISMATCH')
    expect(rig.payer.signed).to.equal(0n)
  })

  it('fails a payment that is never acknowledged', async () => {
    const { rig, client, payee } = await opened(true)
    const asked = rejection(ask(client, 0))
    await payee.next('chunk-request')
    await payee.send({
      type: 'payment-due',
      chunk: { fileHash: FILE, chunkIndex: 0 },
      code: 'VOUCHER_TOO_LOW',
      status: { vouchered: wei(0n), committed: wei(0n), credit: wei(0n), spendable: wei(10n ** 18n), recent: [] },
    })
    await payee.next('payment-proof')
    await rig.clock.advance(10_000)
    const { requestId, ranges } = await payee.next('cancel')
    await payee.send({ type: 'withheld', requestId, ranges, code: 'CANCELLED' })
    expect(codeOf(await asked)).to.equal('PAY_TIMEOUT')
  })

  it('believes no error code that only this side may give', async () => {
    for (const [code, believed] of [
      ['BUDGET_EXHAUSTED', 'REMOTE_ERROR'],
      ['SHUTTING_DOWN', 'SHUTTING_DOWN'],
      ['SESSION_MOVED', 'SESSION_MOVED'],
    ] as const) {
      const { client, payee } = await opened(false)
      await payee.send({ type: 'error', code })
      expect(codeOf(await client.ended)).to.equal(believed)
    }
  })

  it('ends the stream for quotes of other files', async () => {
    const { client, payee } = await opened(false)
    const asked = rejection(client.quote(OTHER_FILE))
    const { requestId } = await payee.next('quote-request')
    await payee.send({ type: 'quote-response', requestId, quotes: [{ fileHash: FILE }] })
    expect(codeOf(await asked)).to.equal('UNEXPECTED_MESSAGE')
    expect(codeOf(await client.ended)).to.equal('UNEXPECTED_MESSAGE')
  })
})
