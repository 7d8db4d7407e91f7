import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { SessionRegistry } from '../../src/webrpc/session-registry.ts'
import type { RangeChunk, WebrpcClient } from '../../src/webrpc/webrpc-client.ts'
import { ask, askFree, download, type Rig, untilServed, verify, withPast } from '../in-band/rig.ts'
import { FILE, FREE_FILE, OTHER_FILE, PRICE, QUOTE_ID, rejection, settleDown } from '../in-band/shelf.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type ByHand, chunkRequest, payerByHand } from './by-hand.ts'
import { connect, createRig } from './harness.ts'

/** What left on the payer's side, by type. */
async function sentBy(rig: Rig): Promise<string[]> {
  const { decodeMessage } = await import('../../src/webrpc/codec.ts')
  const { readFrames } = await import('../../src/system/framing.ts')
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* rig.pair.dialer.sent
  }
  const types: string[] = []
  for await (const frame of readFrames(source(), 1 << 20)) types.push(decodeMessage(frame).type)
  return types
}

const count = (types: readonly string[], type: string): number => types.filter((other) => other === type).length

describe('webrpc: several files in a session', () => {
  it('quotes the files of the session with its opening, and others when asked', async () => {
    const rig = createRig()
    const client = await connect(rig, { files: [FILE, FREE_FILE] })
    const quotes = await client.quotes([FILE, FREE_FILE])
    expect(quotes.get(FILE)?.quote.quoteId).to.equal(QUOTE_ID)
    expect(quotes.get(FREE_FILE)?.quote.pricePerMiB).to.equal(0n)
    expect(await sentBy(rig)).to.deep.equal(['session-request'])
    expect((await client.quotes([OTHER_FILE, FILE])).has(OTHER_FILE)).to.equal(false)
    expect(await sentBy(rig)).to.deep.equal(['session-request', 'quote-request'])
  })

  it('asks for the chunks of one turn in one message for each file', async () => {
    const rig = createRig()
    withPast(rig, 640)
    const client = await connect(rig)
    const paid = Array.from({ length: 20 }, (_, index) => ask(client, 2 * index))
    const free = Array.from({ length: 20 }, (_, index) => askFree(client, index))
    const chunks = await Promise.all([...paid, ...free])
    expect(chunks.map(({ chunk }) => chunk[0])).to.deep.equal([
      ...Array.from({ length: 20 }, (_, index) => 2 * index),
      ...Array.from({ length: 20 }, (_, index) => index),
    ])
    expect(count(await sentBy(rig), 'chunk-request')).to.equal(2)
    expect(rig.payee.committed).to.equal(660n * PRICE)
  })
})

describe('webrpc: one voucher for many chunks', () => {
  it('pays for about a quarter of the credit at a time, and never risks more than one chunk', async () => {
    const rig = createRig()
    withPast(rig, 512) // C is 64 chunks
    rig.payee.creditLimit = wei(64n * PRICE)
    const client = await connect(rig)
    const before = rig.payer.signatures
    await download(rig, client, { count: 200, window: 64 })
    await client.settle()
    expect(rig.payee.vouchered).to.equal(712n * PRICE)
    expect(rig.payer.signatures - before).to.be.at.most(14)
    expect(rig.payer.risked).to.equal(0n)
    expect(rig.payee.risked <= 64n * PRICE).to.equal(true)
    expect(count(await sentBy(rig), 'chunk-request')).to.be.below(200)
  })

  it('pays for one chunk at a time while there is no credit, each in a voucher of its own', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await download(rig, client, { count: 30, window: 8 })
    expect(rig.payer.signatures).to.equal(30)
    expect(rig.payer.risked).to.equal(PRICE)
    expect(rig.payee.risked).to.equal(0n)
  })

  it('does not ask for what the deposit or the budget cannot hold', async () => {
    const rig = createRig()
    rig.payer.authorize = async () => ({ kind: 'refused', code: 'DEPOSIT_EXHAUSTED' })
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, 0)))).to.equal('DEPOSIT_EXHAUSTED')
    expect(count(await sentBy(rig), 'chunk-request')).to.equal(0)
  })

  it('fails what waits when the deposit runs out, and delivers what is under way', async () => {
    const rig = createRig()
    rig.payer.budget = wei(5n * PRICE)
    const client = await connect(rig)
    const outcomes = Array.from({ length: 12 }, (_, index) =>
      ask(client, index).then(
        () => {
          verify(rig, client, index)
          return 'came'
        },
        (error: unknown) => codeOf(error),
      ),
    )
    expect(await Promise.all(outcomes)).to.deep.equal([
      ...Array.from({ length: 5 }, () => 'came'),
      ...Array.from({ length: 7 }, () => 'BUDGET_EXHAUSTED'),
    ])
    expect(rig.payee.committed).to.equal(5n * PRICE)
  })

  it('goes on when money comes from elsewhere: a voucher that is held already is shown again', async () => {
    const rig = createRig()
    const client = await connect(rig)
    rig.payer.signed = PRICE // as another session of the pair signed
    expect((await ask(client, 0)).chunk[0]).to.equal(0)
    expect(rig.payer.signatures).to.equal(0)
    expect(rig.payee.vouchered).to.equal(PRICE)
  })
})

describe('webrpc: ranges of bytes', () => {
  const SIZE = 10 * CHUNK_SIZE_BYTES - 1_000
  const pricePerMiB = wei(4_000n)
  const bytes = Uint8Array.from({ length: SIZE }, (_, index) => (index * 31) & 0xff)
  const chunkOf = (index: number): Uint8Array =>
    bytes.subarray(index * CHUNK_SIZE_BYTES, (index + 1) * CHUNK_SIZE_BYTES)
  const priceOf = (index: number) => chunkPrice(pricePerMiB, chunkLength(SIZE, index))

  function rigWithFile(): Rig {
    const rig = createRig()
    rig.shelf.held = { length: 10, count: 10, has: (index) => index >= 0 && index < 10 }
    rig.shelf.read = async (_, chunkIndex) => chunkOf(chunkIndex)
    Object.assign(rig.shelf, { priceOf: (_: number, __: unknown, chunkIndex: number) => priceOf(chunkIndex) })
    return rig
  }

  const range = (client: WebrpcClient, offset: number, length: number): AsyncGenerator<RangeChunk> => {
    const quote = { quoteId: QUOTE_ID, pricePerMiB, expiresAt: Number.MAX_SAFE_INTEGER }
    return client.range({ fileHash: FILE, sizeBytes: SIZE, quote, offset, length })
  }

  async function read(rig: Rig, client: WebrpcClient, offset: number, length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const { chunkIndex, chunk } of range(client, offset, length)) {
      rig.payer.verify(priceOf(chunkIndex))
      client.verified({ fileHash: FILE, chunkIndex }, priceOf(chunkIndex))
      const start = chunkIndex * CHUNK_SIZE_BYTES
      parts.push(chunk.subarray(Math.max(0, offset - start), offset + length - start))
    }
    return Uint8Array.from(Buffer.concat(parts))
  }

  for (const [what, offset, length, chunks] of [
    ['one byte', 5, 1, [0]],
    ['the bytes around a border', CHUNK_SIZE_BYTES - 1, 2, [0, 1]],
    ['a chunk exactly', 3 * CHUNK_SIZE_BYTES, CHUNK_SIZE_BYTES, [3]],
    ['the end of the file and beyond', SIZE - 10, 1_000_000, [9]],
    ['nearly everything', 1, SIZE - 2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ] as const)
    it(`gives ${what}, paid as the whole chunks they touch`, async () => {
      const rig = rigWithFile()
      const client = await connect(rig)
      const got = await read(rig, client, offset, length)
      expect(Buffer.compare(got, bytes.subarray(offset, offset + length))).to.equal(0)
      await client.settle()
      const price = chunks.reduce((sum, index) => sum + priceOf(index), 0n)
      expect(rig.payee.committed).to.equal(price)
      expect(rig.payee.vouchered).to.equal(price)
      expect(count(await sentBy(rig), 'file-request')).to.equal(1)
    })

  it('gives nothing beyond the end', async () => {
    const rig = rigWithFile()
    const client = await connect(rig)
    expect((await read(rig, client, SIZE, 10)).byteLength).to.equal(0)
    expect(count(await sentBy(rig), 'file-request')).to.equal(0)
  })

  it('keeps the order of chunks, however their reading ends, and tells the next hash and the last', async () => {
    const rig = rigWithFile()
    rig.payee.vouchered = wei(10n ** 9n)
    const first = Promise.withResolvers<void>()
    rig.shelf.read = async (_, chunkIndex) => {
      if (chunkIndex === 0) await first.promise
      return chunkOf(chunkIndex)
    }
    const chunkHash = (_: unknown, chunkIndex: number) =>
      chunkIndex < 10 ? new Uint8Array(32).fill(chunkIndex) : undefined
    Object.assign(rig.shelf, { chunkHash })
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send({
      type: 'file-request',
      requestId: 1,
      fileHash: FILE,
      quoteId: QUOTE_ID,
      offset: 0,
      length: SIZE,
      wantProof: false,
    })
    await settleDown()
    expect(hand.count('file-response')).to.equal(0)
    first.resolve()
    await settleDown(60)
    const responses = hand.received.filter((message) => message.type === 'file-response')
    expect(responses.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(responses.map(({ isLastChunk }) => isLastChunk).indexOf(true)).to.equal(9)
    expect(responses.map(({ nextChunkHash }) => nextChunkHash?.[0])).to.deep.equal([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      undefined,
    ])
  })

  it('waits for a payment in the middle of a range without losing the order', async () => {
    const rig = rigWithFile()
    rig.payee.creditLimit = wei(0n)
    rig.payee.vouchered = priceOf(9) // covers the last chunk, which is smaller, and no other
    const client = await connect(rig)
    const got = await read(rig, client, 8 * CHUNK_SIZE_BYTES, SIZE)
    expect(Buffer.compare(got, bytes.subarray(8 * CHUNK_SIZE_BYTES))).to.equal(0)
    expect(rig.payee.risked).to.equal(0n)
  })

  it('takes back what has not left when the reader stops', async () => {
    const rig = rigWithFile()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    for await (const { chunkIndex } of range(client, 0, SIZE)) {
      rig.payer.verify(priceOf(chunkIndex))
      client.verified({ fileHash: FILE, chunkIndex }, priceOf(chunkIndex))
      break
    }
    await settleDown()
    await client.settle()
    expect(rig.payee.committed <= 2n * priceOf(0)).to.equal(true)
    const before = rig.payee.committed
    await settleDown()
    expect(rig.payee.committed).to.equal(before)
    await ask(client, 5, { price: priceOf(5) }).catch((error: unknown) =>
      expect(codeOf(error)).to.equal('STREAM_CLOSED'),
    )
  })
})

describe('webrpc: sessions that go on', () => {
  it('takes a session over from a stream that nobody knows is dead, with its D as it then is', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    const rig = createRig({ server: { sessions }, fromListener: { capacityBytes: 3_000 } })
    withPast(rig, 64) // credit for eight chunks
    const client = await connect(rig)
    const { sessionId } = client
    rig.pair.dialer.pauseReading() // the line is dead, and nobody has noticed
    const lost = Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map((index) => ask(client, index)))
    await settleDown(40)
    const promised = rig.payee.committed - 64n * PRICE
    expect(promised).to.equal(8n * PRICE)

    const again = createRig({ server: { sessions }, after: rig })
    const resumed = await connect(again, { resume: sessionId })
    expect(resumed.sessionId).to.equal(sessionId)
    const left = (resumed.status?.committed ?? 0n) - 64n * PRICE
    expect(left).to.equal(rig.payee.committed - 64n * PRICE)
    expect(left < promised, 'what did not leave is out of D').to.equal(true)
    // SPEC 07 §7: chunks that began to leave are counted, and are asked for again without being counted again.
    for (const { chunkIndex } of resumed.status?.recent ?? []) {
      await ask(resumed, chunkIndex)
      verify(again, resumed, chunkIndex)
    }
    expect(rig.payee.committed - 64n * PRICE).to.equal(left)
    await download(again, resumed, { first: 8, count: 20, window: 8 })
    await resumed.settle()
    expect(rig.payee.vouchered).to.equal(rig.payee.committed)
    rig.pair.dialer.resumeReading()
    expect((await lost).some(({ status }) => status === 'rejected')).to.equal(true)
    await untilServed(rig)
    expect(codeOf(await client.ended)).to.equal('SESSION_MOVED')
    await resumed.close()
    await again.served
  })

  it('gets what was counted and lost first, whatever is asked for in the same turn', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await download(rig, client, { count: 4, window: 1 })
    // The fifth was paid and counted, and never came.
    rig.payer.signed = wei(5n * PRICE)
    rig.payee.vouchered = wei(5n * PRICE)
    await rig.payee.commit({ fileHash: FILE, chunkIndex: 90, price: PRICE })
    rig.pair.cut()
    await rig.served
    const again = createRig({ after: rig })
    const resumed = await connect(again)
    expect(resumed.status?.recent[0]).to.deep.equal({ fileHash: FILE, chunkIndex: 90 })
    const wanted = [90, ...Array.from({ length: 20 }, (_, index) => 4 + index)]
    await Promise.all(
      wanted.map(async (chunkIndex) => {
        await ask(resumed, chunkIndex, { resend: chunkIndex === 90 })
        verify(again, resumed, chunkIndex)
      }),
    )
    await resumed.settle()
    expect(rig.payee.committed).to.equal(25n * PRICE)
    expect(rig.payee.vouchered).to.equal(25n * PRICE)
    expect(rig.payer.risked).to.equal(PRICE)
  })

  it('goes on under an id the payee has forgotten, and says that nobody held it', async () => {
    const rig = createRig()
    const { response } = await payerByHand(rig.pair.dialer, { sessionId: 'ab'.repeat(16) })
    expect(response).to.include({ sessionId: 'ab'.repeat(16), resumed: false })
  })

  it('names a new session at random', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    const rig = createRig({ server: { sessions } })
    const other = createRig({ server: { sessions }, after: rig })
    const [a, b] = [await connect(rig), await connect(other)]
    expect(a.sessionId).to.match(/^[0-9a-f]{32}$/)
    expect(a.sessionId).to.not.equal(b.sessionId)
  })

  it('keeps nothing of a session whose stream is over', async () => {
    const sessions = new SessionRegistry(seededRandom('sessions'))
    for (let i = 0; i < 40; i++) {
      const rig = createRig({ server: { sessions } })
      const client = await connect(rig)
      await client.close()
      await rig.served
    }
  })
})

describe('webrpc: ending a session', () => {
  it('takes what has not left out of D, and tells the books as they are then', async () => {
    const rig = createRig()
    withPast(rig, 80)
    const gate = Promise.withResolvers<void>()
    const client = await connect(rig)
    rig.shelf.gate = gate.promise
    const asked = [0, 1, 2].map((index) => rejection(ask(client, index)))
    await settleDown()
    expect(rig.payee.committed).to.equal(83n * PRICE)
    const closed = client.close()
    await settleDown()
    gate.resolve()
    await closed
    expect(client.status?.committed).to.equal(80n * PRICE)
    for (const error of await Promise.all(asked)) expect(codeOf(error)).to.equal('STREAM_CLOSED')
    await rig.served
    expect(rig.payee.committed).to.equal(80n * PRICE)
    expect(rig.payee.endedCount).to.equal(1)
  })

  it('ends with the transaction when the channel is closed too', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    await ask(client, 1) // paid ahead, and it turns out to be of no use
    expect(await client.closeChannel()).to.equal(`0x${'cd'.repeat(32)}`)
    expect(rig.payee.agreement).to.include({ settled: PRICE })
    await client.close()
    await rig.served
  })

  it('does not wait for ever for a payee that does not answer', async () => {
    const rig = createRig()
    const client = await connect(rig)
    rig.pair.listener.holdSends()
    const closed = client.close()
    await settleDown()
    await rig.clock.advance(2_000)
    await closed
    expect(codeOf(await client.ended)).to.equal('STREAM_CLOSED')
  })

  it('answers a close by hand, and hears nothing after it', async () => {
    const rig = createRig()
    const { hand, response } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 0, 3))
    await hand.next('payment-due')
    const { sessionId } = response
    await hand.send({ type: 'close-request', requestId: 2, sessionId, closeChannel: false })
    expect(await hand.next('close-ack')).to.have.nested.property('status.committed', 0n)
    await hand.send(chunkRequest(3, 0, 1)).catch(() => {})
    await settleDown()
    expect(hand.received.at(-1)?.type).to.equal('close-ack')
    await hand.hangUp()
    await untilServed(rig)
  })
})

describe('webrpc: chunks taken back', () => {
  it('answers every cancelled chunk once, whatever has become of it', async () => {
    const rig = createRig()
    rig.payee.vouchered = wei(3n * PRICE)
    rig.payee.creditLimit = wei(0n)
    const hand = await payerByHand(rig.pair.dialer).then((opened): ByHand => opened.hand)
    await hand.send(chunkRequest(1, 0, 10))
    await hand.next('payment-due')
    await hand.send({ type: 'cancel', requestId: 1, ranges: [{ first: 0, count: 10 }] })
    await settleDown()
    const answered = hand.received.flatMap((message) => {
      if (message.type === 'chunk-data') return [message.chunkIndex]
      if (message.type !== 'withheld') return []
      expect(message.code).to.equal('CANCELLED')
      return message.ranges.flatMap(({ first, count: n }) => Array.from({ length: n }, (_, i) => first + i))
    })
    expect(answered.sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(rig.payee.committed).to.equal(3n * PRICE)
    expect(hand.count('payment-due')).to.equal(1)
  })

  it('names the next chunk as due when the one that was is not wanted any more', async () => {
    const rig = createRig()
    const { hand } = await payerByHand(rig.pair.dialer)
    await hand.send(chunkRequest(1, 4, 3))
    expect((await hand.next('payment-due')).chunk.chunkIndex).to.equal(4)
    await hand.send({ type: 'cancel', requestId: 1, ranges: [{ first: 4, count: 1 }] })
    expect((await hand.next('payment-due')).chunk.chunkIndex).to.equal(5)
  })
})
