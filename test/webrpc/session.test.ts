import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import type { Message } from '../../src/webrpc/message.ts'
import { DEFAULT_PAYEE_LIMITS, PayeeSession } from '../../src/webrpc/payee-session.ts'
import { GRANT_STEP_CHUNKS, MAX_CHUNK_REQUESTS, WINDOW_CHUNKS } from '../../src/webrpc/protocol.ts'
import { PayerSession } from '../../src/webrpc/session.ts'
import { FILE, OTHER_FILE } from '../in-band/shelf.ts'
import { SAMPLES, SESSION_ID } from './samples.ts'

function sample<Type extends Message['type']>(name: string, type: Type): Extract<Message, { type: Type }> {
  const message = SAMPLES[name]
  if (message?.type !== type) throw new Error(`no ${type} ${name}`)
  return message as Extract<Message, { type: Type }> // by its type, just compared
}

const PRICE = wei(1_000n)
const asked = (chunkIndex: number) => ({ chunkIndex, lengthBytes: 3, price: PRICE })
const data = (requestId: number, chunkIndex: number, bytes = 3): Message => ({
  type: 'chunk-data',
  requestId,
  chunkIndex,
  credit: wei(125n),
  proof: [],
  chunk: new Uint8Array(bytes),
})
const due = (chunkIndex: number): Message => ({
  ...sample('payment due', 'payment-due'),
  chunk: { fileHash: FILE, chunkIndex },
})

function payerIn(phase: 'start' | 'opening' | 'open', authenticated = true): PayerSession {
  const session = new PayerSession(authenticated)
  if (phase !== 'start') session.receive(sample('challenge', 'challenge'))
  const response = authenticated ? 'session response' : 'session response without an account'
  if (phase === 'open') session.receive(sample(response, 'session-response'))
  return session
}

function payeeIn(phase: 'start' | 'opening' | 'open', authenticated = true, window = 64): PayeeSession {
  const session = new PayeeSession(DEFAULT_PAYEE_LIMITS, 0)
  if (phase !== 'start') session.receive({ ...sample('session request with a channel', 'session-request'), window }, 0)
  if (phase === 'open') session.opened({ sessionId: SESSION_ID, authenticated })
  return session
}

describe('webrpc/session: what a payee may send', () => {
  const legal: Readonly<Record<'start' | 'opening' | 'open', readonly string[]>> = {
    start: ['challenge', 'error of the stream', 'error of a transfer that lies too high'],
    opening: [
      'session response',
      'session response that returns a voucher',
      'error of the stream',
      'error of a transfer that lies too high',
    ],
    // Answers need a question: with nothing outstanding only an error means something.
    open: ['error of the stream', 'error of a transfer that lies too high'],
  }
  for (const phase of ['start', 'opening', 'open'] as const)
    for (const [name, message] of Object.entries(SAMPLES)) {
      const isLegal = legal[phase].includes(name)
      it(`${isLegal ? 'takes' : 'refuses'} in phase ${phase}: ${name}`, () => {
        expect(payerIn(phase).receive(message).kind === 'violation').to.equal(!isLegal)
      })
    }

  it('refuses a status that was not asked for, and none that was', () => {
    const [withStatus, without] = [SAMPLES['session response'], SAMPLES['session response without an account']]
    if (withStatus === undefined || without === undefined) throw new Error('no sample')
    expect(payerIn('opening', false).receive(withStatus).kind).to.equal('violation')
    expect(payerIn('opening', true).receive(without).kind).to.equal('violation')
  })

  it('takes chunks of a request in any order, each once', () => {
    const session = payerIn('open')
    const requestId = session.requestChunks(FILE, [0, 1, 2].map(asked), false)
    for (const index of [2, 0, 1]) expect(session.receive(data(requestId, index)).kind).to.equal('chunk')
    expect(session.receive(data(requestId, 1)).kind).to.equal('violation')
    expect(session.outstandingChunks).to.equal(0)
  })

  it('refuses chunks that were not asked for, of another request, or of another length', () => {
    for (const message of [data(1, 5), data(2, 0), data(1, 0, 4)]) {
      const session = payerIn('open')
      session.requestChunks(FILE, [asked(0)], false)
      expect(session.receive(message).kind).to.equal('violation')
    }
  })

  it('takes the answers of a FILE_REQUEST in ascending order only, and as such', () => {
    const response = (chunkIndex: number): Message => ({
      ...sample('file response', 'file-response'),
      requestId: 1,
      chunkIndex,
    })
    const ordered = (): PayerSession => {
      const session = payerIn('open')
      session.requestChunks(FILE, [0, 1].map(asked), true)
      return session
    }
    expect(ordered().receive(response(1)).kind).to.equal('violation')
    expect(ordered().receive(data(1, 0)).kind).to.equal('violation')
    const session = ordered()
    expect([0, 1].map((index) => session.receive(response(index)).kind)).to.deep.equal(['chunk', 'chunk'])
  })

  it('refuses more chunks than the window holds, and takes them again when some were granted', () => {
    const session = payerIn('open')
    const count = WINDOW_CHUNKS + 1
    session.requestChunks(
      FILE,
      Array.from({ length: count }, (_, index) => asked(index)),
      false,
    )
    for (let i = 0; i < WINDOW_CHUNKS; i++) expect(session.receive(data(1, i)).kind).to.equal('chunk')
    expect(session.receive(data(1, WINDOW_CHUNKS)).kind).to.equal('violation')

    const reading = payerIn('open')
    reading.requestChunks(
      FILE,
      Array.from({ length: count }, (_, index) => asked(index)),
      false,
    )
    for (let i = 0; i < WINDOW_CHUNKS; i++) {
      reading.receive(data(1, i))
      if (i < GRANT_STEP_CHUNKS) reading.intake.verified({ fileHash: FILE, chunkIndex: i })
    }
    expect(reading.intake.takeGrant()).to.equal(GRANT_STEP_CHUNKS)
    expect(reading.intake.takeGrant()).to.equal(0)
    expect(reading.receive(data(1, WINDOW_CHUNKS)).kind).to.equal('chunk')
  })

  it('refuses CANCELLED for a chunk that was not cancelled, and any answer to one that was answered', () => {
    const withheld = (code: string): Message => ({
      ...sample('withheld', 'withheld'),
      requestId: 1,
      ranges: [{ first: 0, count: 1 }],
      code,
    })
    const session = payerIn('open')
    session.requestChunks(FILE, [asked(0)], false)
    expect(session.receive(withheld('CANCELLED')).kind).to.equal('violation')
    const other = payerIn('open')
    other.requestChunks(FILE, [asked(0)], false)
    expect(other.cancel(1, [0, 7])).to.deep.equal([0])
    expect(other.cancel(1, [0])).to.deep.equal([])
    expect(other.receive(withheld('CANCELLED')).kind).to.equal('withheld')
    expect(other.receive(withheld('CANCELLED')).kind).to.equal('violation')
  })

  it('refuses an answer of another kind than the question', () => {
    const answers = {
      'payment-ack': 'payment ack',
      'write-off-ack': 'write-off ack',
      'close-ack': 'close ack',
    } as const
    for (const question of ['payment-ack', 'write-off-ack', 'close-ack', 'quote-response'] as const)
      for (const [type, name] of Object.entries(answers)) {
        const session = payerIn('open')
        const requestId = session.ask(question)
        const event = session.receive({ ...SAMPLES[name], requestId } as Message) // an answer has a request id
        expect(event.kind === 'violation', `${name} for ${question}`).to.equal(type !== question)
      }
  })

  it('takes an error of a request only for a close', () => {
    const session = payerIn('open')
    const [pay, close] = [session.ask('payment-ack'), session.ask('close-ack')]
    expect(session.receive({ type: 'error', requestId: close, code: 'CLOSE_FAILED' }).kind).to.equal('refused')
    expect(session.receive({ type: 'error', requestId: pay, code: 'CLOSE_FAILED' }).kind).to.equal('violation')
  })
})

describe('webrpc/session: what is due', () => {
  it('is D + p − C of the status told, for a chunk that was asked for, by the payer’s own price', () => {
    const session = payerIn('open')
    session.requestChunks(FILE, [asked(4)], false)
    expect(session.receive(due(4)).kind).to.equal('due')
    expect(session.due).to.include({ price: PRICE, required: 10_000n + 1_000n - 1_125n })
  })

  it('is refused for what was not asked for, or is free', () => {
    const session = payerIn('open')
    session.requestChunks(FILE, [{ ...asked(4), price: wei(0n) }], false)
    expect(session.receive(due(4)).kind).to.equal('violation')
    expect(payerIn('open').receive(due(4)).kind).to.equal('violation')
  })

  it('is forgotten when the chunk is not wanted any more, or was paid', () => {
    const session = payerIn('open')
    const requestId = session.requestChunks(FILE, [asked(4)], false)
    session.receive(due(4))
    session.cancel(requestId, [4])
    expect(session.due).to.equal(undefined)
    expect(session.receive(due(4)).kind, 'its CANCEL crossed').to.equal('ignored')
    expect(session.due).to.equal(undefined)

    const paying = payerIn('open')
    paying.requestChunks(FILE, [asked(4)], false)
    paying.receive(due(4))
    const ack = (vouchered: bigint): Message => ({
      ...sample('payment ack', 'payment-ack'),
      requestId: paying.ask('payment-ack'),
      vouchered: wei(vouchered),
    })
    paying.receive(ack(9_874n))
    expect(paying.due).to.not.equal(undefined)
    paying.receive(ack(9_875n))
    expect(paying.due).to.equal(undefined)
  })

  it('calls a batch full at a quarter of C, where C is enough for batches', async () => {
    const session = payerIn('open')
    const indexes = [0, 1, 2, 3, 4, 5, 6, 7]
    session.requestChunks(FILE, indexes.map(asked), false)
    for (const index of indexes) {
      session.receive(data(1, index))
      session.intake.verified({ fileHash: FILE, chunkIndex: index })
    }
    const credited = (credit: bigint): boolean => {
      const requestId = session.ask('payment-ack')
      session.receive({ ...sample('payment ack', 'payment-ack'), requestId, credit: wei(credit) })
      return session.isBatchFull(PRICE)
    }
    expect(credited(32_001n), '8,000 of 32,001').to.equal(false)
    expect(credited(32_000n), '8,000 of 32,000').to.equal(true)
    expect(credited(7_999n), 'less than the price of 8 chunks').to.equal(false)
    expect(credited(8_000n)).to.equal(true)
    await session.intake.uncovered.cover(Promise.resolve('a voucher'))
    expect(session.isBatchFull(PRICE)).to.equal(false)
  })
})

describe('webrpc/session: what a payer may send', () => {
  const legal: Readonly<Record<'start' | 'opening' | 'open', readonly string[]>> = {
    start: [
      'session request with a channel',
      'session request that resumes',
      'session request that shows a transfer',
      'session request of an account that pays afterwards',
      'session request for free chunks',
      'error of the stream',
      'error of a transfer that lies too high',
      'error of a request',
    ],
    opening: ['error of the stream', 'error of a transfer that lies too high', 'error of a request'],
    open: [
      'quote request',
      'quote request with bids',
      'chunk request',
      'file request',
      'payment proof',
      'write-off',
      'close request',
      'close request with the channel, as agreed',
      'error of the stream',
      'error of a transfer that lies too high',
      'error of a request',
    ],
  }
  for (const phase of ['start', 'opening', 'open'] as const)
    for (const [name, message] of Object.entries(SAMPLES)) {
      const isLegal = legal[phase].includes(name)
      it(`${isLegal ? 'takes' : 'refuses'} in phase ${phase}: ${name}`, () => {
        expect(payeeIn(phase).receive(message, 0).kind === 'violation').to.equal(!isLegal)
      })
    }

  it('refuses money matters of a peer without an account', () => {
    const names = ['payment proof', 'write-off', 'quote request with bids', 'close request with the channel, as agreed']
    for (const name of names) {
      const message = SAMPLES[name]
      if (message === undefined) throw new Error(`no sample ${name}`)
      expect(payeeIn('open', false).receive(message, 0).kind, name).to.equal('violation')
    }
  })

  it('refuses request ids that do not rise, whatever they are for', () => {
    for (const [first, second] of [
      ['quote request', 'quote request'],
      ['payment proof', 'chunk request'],
      ['file request', 'chunk request'],
    ] as const) {
      const session = payeeIn('open')
      const [a, b] = [SAMPLES[first], SAMPLES[second]]
      if (a === undefined || b === undefined) throw new Error('no sample')
      expect(session.receive(a, 0).kind).to.not.equal('violation')
      expect(session.receive(b, 0).kind, second).to.equal('violation')
    }
  })

  it('refuses the 4,097th chunk, in one request or in many, until some are answered', () => {
    const request = (requestId: number, count: number): Message => ({
      type: 'chunk-request',
      requestId,
      fileHash: OTHER_FILE,
      quoteId: 1,
      ranges: [{ first: 0, count }],
      wantProof: false,
    })
    expect(payeeIn('open').receive(request(1, 4_097), 0)).to.include({ code: 'TOO_MANY_REQUESTS' })
    const session = payeeIn('open')
    expect(session.receive(request(1, 4_096), 0).kind).to.equal('chunks')
    session.delivered(1)
    session.withheld(1, 9)
    expect(session.receive(request(2, 10), 0).kind).to.equal('chunks')
    expect(session.receive(request(3, 1), 0)).to.include({ code: 'TOO_MANY_REQUESTS' })
  })

  it('refuses more requests with chunks unanswered than it remembers', () => {
    const session = payeeIn('open')
    const request = sample('chunk request', 'chunk-request')
    for (let requestId = 1; requestId <= MAX_CHUNK_REQUESTS; requestId++)
      expect(session.receive({ ...request, requestId }, 0).kind).to.equal('chunks')
    expect(session.receive({ ...request, requestId: 1_000 }, 0)).to.include({ code: 'TOO_MANY_REQUESTS' })
  })

  it('turns a range of bytes into the chunks it touches', () => {
    const event = payeeIn('open').receive(sample('file request', 'file-request'), 0)
    if (event.kind !== 'chunks') throw new Error('refused')
    expect(event.request.ranges).to.deep.equal([{ first: 0, count: 2 }])
    expect(event.request.lastChunk).to.equal(1)
  })

  it('lets no more leave than the window and its grants allow, and takes no grant for what has not left', () => {
    const session = payeeIn('open', true, 2)
    expect(session.room).to.equal(2)
    expect(session.receive({ type: 'grant', chunks: 1 }, 0)).to.include({ kind: 'violation' })
    const open = payeeIn('open', true, 2)
    open.receive({ ...sample('chunk request', 'chunk-request'), ranges: [{ first: 0, count: 3 }] }, 0)
    for (let left = 0; left < 2; left++) open.delivered(1)
    expect(open.room).to.equal(0)
    expect(open.receive({ type: 'grant', chunks: 2 }, 0).kind).to.equal('granted')
    expect(open.room).to.equal(2)
  })

  it('asks the books about every write-off, whichever stream the chunk left on', () => {
    const chunk = { fileHash: FILE, chunkIndex: 4 }
    expect(payeeIn('open').receive({ type: 'write-off', requestId: 1, chunk }, 0)).to.deep.equal({
      kind: 'write-off',
      requestId: 1,
      chunk,
    })
  })

  it('ends a session by its own id only', () => {
    const close = sample('close request', 'close-request')
    expect(payeeIn('open').receive({ ...close, sessionId: 'b2'.repeat(16) }, 0).kind).to.equal('violation')
  })

  it('refuses messages above the rate, quotes counting by file, and takes them again later', () => {
    const session = new PayeeSession({ ...DEFAULT_PAYEE_LIMITS, messageBurst: 200, messagesPerSecond: 10 }, 0)
    session.receive(sample('session request with a channel', 'session-request'), 0)
    session.opened({ sessionId: SESSION_ID, authenticated: true })
    const quote = (requestId: number): Message => ({ type: 'quote-request', requestId, files: [FILE, OTHER_FILE] })
    expect(session.receive(quote(1), 0).kind).to.equal('quote')
    expect(session.receive(quote(2), 0)).to.include({ code: 'TOO_MANY_MESSAGES' })
    expect(session.receive(quote(3), 20_000).kind).to.equal('quote')
  })

  it('counts refusals in a row', () => {
    const session = payeeIn('open')
    for (let i = 0; i < 256; i++) expect(session.refused()).to.equal(false)
    expect(session.refused()).to.equal(true)
    session.delivered(1)
    expect(session.refused()).to.equal(false)
  })
})
