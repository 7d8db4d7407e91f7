import { expect } from 'chai'
import type { Message } from '../../src/bitswap/message.ts'
import { DEFAULT_PAYEE_LIMITS, PayeeSession } from '../../src/bitswap/payee-session.ts'
import type { WantRequest } from '../../src/bitswap/payer-event.ts'
import { PayerSession } from '../../src/bitswap/session.ts'
import { wei } from '../../src/domain/amount.ts'
import { FILE } from '../in-band/shelf.ts'
import { SAMPLES } from './samples.ts'

function sample(name: string): Message {
  const message = SAMPLES[name]
  if (message === undefined) throw new Error(`no sample ${name}`)
  return message
}

const chunk = { fileHash: FILE, chunkIndex: 4 }
const want: WantRequest = { kind: 'want', chunk, lengthBytes: 3, price: wei(1_000n), resend: false }

function payerIn(phase: 'hello' | 'ack' | 'open', authenticated = true): PayerSession {
  const session = new PayerSession(authenticated)
  if (phase !== 'hello') session.receive(sample('hello of the payee'))
  if (phase === 'open') session.receive(sample(authenticated ? 'ack with a status' : 'ack without a status'))
  return session
}

function payeeIn(phase: 'hello' | 'authenticating' | 'open', authenticated = true): PayeeSession {
  const session = new PayeeSession(DEFAULT_PAYEE_LIMITS, 0)
  if (phase !== 'hello') session.receive(sample('hello of a payer with a channel'), 0)
  if (phase === 'open') session.opened(authenticated)
  return session
}

describe('bitswap/session: what a payee may send', () => {
  const legal: Readonly<Record<'hello' | 'ack' | 'open', readonly string[]>> = {
    hello: ['hello of the payee', 'error of the stream', 'error of a transfer that lies too high'],
    ack: [
      'ack with a status',
      'ack that returns a voucher',
      'ack that tells of transfers',
      'error of the stream',
      'error of a transfer that lies too high',
    ],
    // Answers need a question: with nothing outstanding only these mean something.
    open: [
      'have as ranges',
      'have as a bitfield',
      'have of nothing',
      'error of the stream',
      'error of a transfer that lies too high',
    ],
  }
  for (const phase of ['hello', 'ack', 'open'] as const)
    for (const [name, message] of Object.entries(SAMPLES)) {
      const isLegal = legal[phase].includes(name)
      it(`${isLegal ? 'takes' : 'refuses'} in phase ${phase}: ${name}`, () => {
        const event = payerIn(phase).receive(message)
        expect(event.kind === 'violation').to.equal(!isLegal)
      })
    }

  it('refuses an ack with a status that was not asked for, and one without that was', () => {
    expect(payerIn('ack', false).receive(sample('ack with a status')).kind).to.equal('violation')
    expect(payerIn('ack', true).receive(sample('ack without a status')).kind).to.equal('violation')
  })

  it('refuses an answer of another kind than the question', () => {
    const answers = {
      want: ['pay ack', 'quote', 'close ack'],
      pay: ['block', 'quote', 'close ack', 'dont have'],
      quote: ['block', 'pay ack', 'close ack', 'payment required', 'error of a request'],
      close: ['block', 'pay ack', 'quote', 'dont have', 'payment required'],
    } as const
    for (const kind of ['want', 'pay', 'quote', 'close'] as const)
      for (const name of answers[kind]) {
        const session = payerIn('open')
        const requestId = session.send(kind === 'want' ? want : { kind })
        const event = session.receive({ ...sample(name), requestId } as Message)
        expect(event.kind, `${name} for ${kind}`).to.equal('violation')
      }
  })

  it('refuses a second answer to the same request', () => {
    const session = payerIn('open')
    session.send(want)
    expect(session.receive(sample('block')).kind).to.equal('chunk')
    expect(session.receive(sample('block')).kind).to.equal('violation')
  })

  it('refuses a chunk of another length than was asked for', () => {
    const session = payerIn('open')
    session.send({ ...want, lengthBytes: 4 })
    expect(session.receive(sample('block')).kind).to.equal('violation')
  })

  it('refuses CANCELLED for a request that was not cancelled', () => {
    const session = payerIn('open')
    const requestId = session.send(want)
    const cancelled = { type: 'cancelled', target: { kind: 'request', requestId }, credit: wei(0n) } as const
    expect(session.receive(cancelled).kind).to.equal('violation')
  })

  it('takes an error in answer to a bid, and not to a question for a quote', () => {
    const error = (requestId: number): Message => ({ type: 'error', requestId, code: 'BID_REPEATED' })
    const session = payerIn('open')
    const quoteId = session.send({ kind: 'quote' })
    const bidId = session.send({ kind: 'bid' })
    expect(session.receive(error(bidId)).kind).to.equal('refused')
    expect(session.receive(error(bidId)).kind, 'a second time').to.equal('violation')
    expect(session.receive(error(quoteId)).kind).to.equal('violation')
  })

  it('refuses SENT before the chunk came', () => {
    const session = payerIn('open')
    const requestId = session.send(want)
    session.cancel(requestId)
    const sent = { type: 'sent', target: { kind: 'request', requestId }, credit: wei(0n) } as const
    expect(session.receive(sent).kind).to.equal('violation')
  })

  it('takes no answer to a write-off that was not asked for', () => {
    expect(payerIn('open').receive(sample('written-off chunk')).kind).to.equal('violation')
  })
})

describe('bitswap/session: the payer’s books', () => {
  const opened = (): PayerSession => payerIn('open') // V 9000, D 10000, C 1125

  it('requires D + price − C, and nothing for a re-send', () => {
    expect(opened().required(want)).to.equal(10_000n + 1_000n - 1_125n)
    expect(opened().required({ ...want, resend: true })).to.equal(0n)
  })

  it('counts a request while it is authorized and not when it is not sent', () => {
    const session = opened()
    session.reserve(want)
    expect(session.status?.committed).to.equal(11_000n)
    session.unreserve(want)
    expect(session.status?.committed).to.equal(10_000n)
  })

  it('takes a refused, cancelled or written-off chunk out of D, and leaves a sent one in', () => {
    const refused = opened()
    refused.reserve(want)
    const id = refused.sendReserved(want)
    refused.receive({ type: 'dont-have', requestId: id })
    expect(refused.status?.committed).to.equal(10_000n)

    const sent = opened()
    sent.reserve(want)
    sent.sendReserved(want)
    sent.receive(sample('block'))
    expect(sent.status?.committed).to.equal(11_000n)
    expect(sent.alreadyHave(chunk)).to.equal(true)
    expect(sent.alreadyHave(chunk), 'twice').to.equal(false)
    sent.receive(sample('written-off chunk'))
    expect(sent.status?.committed).to.equal(10_000n)
    expect(sent.status?.credit).to.equal(125n)
  })

  it('believes the payee’s D when nothing is under way, and at least that much otherwise', () => {
    const status = { vouchered: wei(1n), committed: wei(50n), credit: wei(0n), spendable: wei(100n), recent: [] }
    const alone = opened()
    alone.reserve(want)
    const first = alone.sendReserved(want)
    alone.receive({ type: 'payment-required', requestId: first, code: 'VOUCHER_TOO_LOW', status })
    expect(alone.status?.committed).to.equal(50n)

    const busy = opened()
    for (const request of [want, want]) busy.reserve(request)
    const refused = busy.sendReserved(want)
    busy.sendReserved(want)
    busy.receive({ type: 'payment-required', requestId: refused, code: 'VOUCHER_TOO_LOW', status })
    expect(busy.status?.committed).to.equal(11_000n)
  })

  it('leaves room for 64 chunks, or fewer if the payee takes fewer', () => {
    const session = new PayerSession(false)
    session.receive({ ...sample('hello of the payee'), maxOutstanding: 2 } as Message)
    session.receive(sample('ack without a status'))
    session.send(want)
    expect(session.hasRoom).to.equal(true)
    session.send(want)
    expect(session.hasRoom).to.equal(false)
  })
})

describe('bitswap/payee-session: what a payer may send', () => {
  const legal: Readonly<Record<'hello' | 'authenticating' | 'open', readonly string[]>> = {
    hello: [
      'hello of a payer with a channel',
      'hello of a payer without one',
      'hello that shows a transfer',
      'hello of an account that paid by transfers',
      'hello of an account that pays afterwards',
      'error of a request',
      'error of the stream',
      'error of a transfer that lies too high',
    ],
    authenticating: ['error of a request', 'error of the stream', 'error of a transfer that lies too high'],
    open: [
      'want with a voucher',
      'want without a voucher',
      'pay',
      'quote request',
      'quote request with a bid',
      'close channel',
      'close channel, as agreed',
      'grant request',
      'cancel of a delivered chunk',
      'error of a request',
      'error of the stream',
      'error of a transfer that lies too high',
    ],
  }
  for (const phase of ['hello', 'authenticating', 'open'] as const)
    for (const [name, message] of Object.entries(SAMPLES)) {
      const isLegal = legal[phase].includes(name)
      it(`${isLegal ? 'takes' : 'refuses'} in phase ${phase}: ${name}`, () => {
        const event = payeeIn(phase).receive(message, 0)
        expect(event.kind === 'violation').to.equal(!isLegal)
      })
    }

  it('refuses money matters of a peer without an account', () => {
    for (const name of [
      'pay',
      'quote request with a bid',
      'close channel',
      'close channel, as agreed',
      'grant request',
      'cancel of a delivered chunk',
    ])
      expect(payeeIn('open', false).receive(sample(name), 0).kind, name).to.equal('violation')
  })

  it('refuses request ids that do not rise', () => {
    const session = payeeIn('open')
    session.receive(sample('pay'), 0)
    expect(session.receive(sample('pay'), 0)).to.include({ kind: 'violation', code: 'UNEXPECTED_MESSAGE' })
  })

  it('refuses the 65th outstanding request', () => {
    const session = payeeIn('open')
    const wantOf = (requestId: number): Message => ({ ...sample('want without a voucher'), requestId }) as Message
    for (let id = 1; id <= 64; id++) expect(session.receive(wantOf(id), 0).kind).to.equal('want')
    session.answered(64)
    expect(session.receive(wantOf(65), 0).kind).to.equal('want')
    expect(session.receive(wantOf(66), 0)).to.include({ kind: 'violation', code: 'TOO_MANY_REQUESTS' })
  })

  it('asks the books about every write-off, whichever stream the chunk left on', () => {
    const session = payeeIn('open')
    expect(session.receive(sample('cancel of a delivered chunk'), 0)).to.deep.equal({ kind: 'write-off', chunk })
  })

  it('takes no write-off from a payer without an account', () => {
    const session = payeeIn('open', false)
    expect(session.receive(sample('cancel of a delivered chunk'), 0).kind).to.equal('violation')
  })

  it('refuses messages above the rate, and takes them again later', () => {
    const limits = { maxOutstanding: 64, messageBurst: 10, messagesPerSecond: 5 }
    const flood = (session: PayeeSession, now: number): string =>
      session.receive(sample('cancel of a delivered chunk'), now).kind
    const session = new PayeeSession(limits, 0)
    session.receive(sample('hello of a payer with a channel'), 0)
    session.opened(true)
    for (let i = 0; i < 9; i++) expect(flood(session, 0)).to.equal('write-off')
    expect(flood(session, 400)).to.equal('write-off')
    expect(flood(session, 400)).to.equal('write-off')
    expect(flood(session, 400)).to.equal('violation')
  })

  it('counts refusals in a row', () => {
    const session = payeeIn('open')
    for (let id = 1; id <= 256; id++) expect(session.refused(id)).to.equal(false)
    expect(session.refused(257)).to.equal(true)
    session.delivered(258)
    expect(session.refused(259)).to.equal(false)
  })
})
