import { expect } from 'chai'
import fc from 'fast-check'
import { decodeMessage, encodeMessage } from '../../src/bitswap/codec.ts'
import type { Message } from '../../src/bitswap/message.ts'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { readFrames } from '../../src/system/framing.ts'
import { ask, askFree, download, type Rig, untilServed } from '../in-band/rig.ts'
import { CHUNK_BYTES, chunkBytes, FILE, QUOTE_ID, rejection, settleDown } from '../in-band/shelf.ts'
import { connect, createRig } from './harness.ts'
import { SAMPLES } from './samples.ts'

/** The last message that the payee sent on the rig's stream. */
async function lastOf(sent: readonly Uint8Array[]): Promise<Message | undefined> {
  let last: Message | undefined
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* sent
  }
  for await (const frame of readFrames(source(), 1 << 20)) last = decodeMessage(frame)
  return last
}

/** Waits until the payee has said farewell, then hangs up as a polite peer does. */
async function farewell(rig: Rig): Promise<Message | undefined> {
  await settleDown()
  const last = await lastOf(rig.pair.listener.sent)
  await rig.pair.dialer.close()
  await untilServed(rig)
  return last
}

async function sayHello(rig: Rig): Promise<void> {
  await rig.pair.dialer.send(encodeMessage({ type: 'payer-hello' }))
  await settleDown()
}

describe('bitswap/server: peers that misbehave', () => {
  it('ends the stream with MALFORMED for any garbage, and only the stream', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (garbage) => {
        const rig = createRig()
        await rig.pair.dialer.send(Uint8Array.of(0x05, 0xff, 0xff, 0xff, 0xff, 0xff, ...garbage))
        expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'MALFORMED' })
      }),
      { numRuns: 20 },
    )
  })

  it('survives random bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), async (sends) => {
        const rig = createRig()
        for (const bytes of sends) await rig.pair.dialer.send(bytes).catch(() => {})
        await farewell(rig)
        expect(rig.payee.vouchered).to.equal(0n)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a frame that is too long before it has come', async () => {
    const rig = createRig()
    await rig.pair.dialer.send(Uint8Array.of(0xff, 0xff, 0xff, 0x7f)) // 256 MiB
    expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'MALFORMED' })
  })

  it('ends the stream when a frame is cut short', async () => {
    const rig = createRig()
    await rig.pair.dialer.send(Uint8Array.of(0x20, 0x01))
    await rig.pair.dialer.close()
    expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'MALFORMED' })
  })

  it('ends the stream for a message that a payer may not send', async () => {
    for (const name of ['block', 'hello of the payee', 'quote', 'pay']) {
      const rig = createRig()
      await sayHello(rig)
      const message = SAMPLES[name]
      if (message !== undefined) await rig.pair.dialer.send(encodeMessage(message))
      expect(await farewell(rig), name).to.deep.equal({ type: 'error', code: 'UNEXPECTED_MESSAGE' })
    }
  })

  it('ends the stream of a peer that floods it', async () => {
    const rig = createRig({ server: { limits: { messageBurst: 100, messagesPerSecond: 10 } } })
    await sayHello(rig)
    const quoteRequest = { type: 'quote-request', fileHash: FILE } as const
    for (let requestId = 1; requestId <= 3; requestId++)
      await rig.pair.dialer.send(encodeMessage({ ...quoteRequest, requestId }))
    expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'TOO_MANY_MESSAGES' })
  })

  it('ends the stream of a peer that asks again and again for what it cannot have', async () => {
    const rig = createRig()
    await sayHello(rig)
    for (let requestId = 1; requestId <= 300; requestId++) {
      const want = {
        type: 'want',
        requestId,
        fileHash: FILE,
        chunkIndex: 0,
        quoteId: QUOTE_ID,
        wantProof: false,
      } as const
      await rig.pair.dialer.send(encodeMessage(want)).catch(() => {})
      if (requestId % 50 === 0) await settleDown(3)
    }
    expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'TOO_MANY_REFUSALS' })
    expect(rig.shelf.reads).to.equal(0)
  })

  it('ends the stream of a peer that never says hello', async () => {
    const rig = createRig()
    await rig.clock.advance(10_000)
    expect(await farewell(rig)).to.deep.equal({ type: 'error', code: 'HELLO_TIMEOUT' })
  })

  it('ends an idle stream', async () => {
    const rig = createRig()
    const client = await connect(rig, { account: undefined })
    await rig.clock.advance(200_000)
    await askFree(client, 0)
    await rig.clock.advance(200_000)
    expect(client.status).to.equal(undefined)
    await askFree(client, 1)
    await rig.clock.advance(300_000)
    expect(codeOf(await client.ended)).to.equal('IDLE')
    await untilServed(rig)
  })

  it('ends the stream of a peer that takes no bytes, and holds few chunks meanwhile', async () => {
    const rig = createRig({ fromListener: { capacityBytes: 2_000 } })
    const client = await connect(rig, { account: undefined })
    rig.pair.dialer.pauseReading()
    const requests = Array.from({ length: 64 }, (_, index) => rejection(askFree(client, index)))
    await settleDown()
    expect(rig.shelf.reads).to.be.at.most(20)
    await rig.clock.advance(30_000)
    await untilServed(rig)
    for (const error of await Promise.all(requests)) expect(codeOf(error)).to.equal('STREAM_CLOSED')
  })

  it('lets a hello be refused with the code of the account', async () => {
    const rig = createRig()
    rig.payee.refuseHello = 'CHANNEL_UNKNOWN'
    expect(codeOf(await rejection(connect(rig)))).to.equal('CHANNEL_UNKNOWN')
  })

  it('promises nothing more when its books cannot be written', async () => {
    const rig = createRig()
    const client = await connect(rig)
    rig.payee.failWrites = true
    expect(codeOf(await rejection(ask(client, 0)))).to.equal('STREAM_CLOSED')
    await untilServed(rig)
    expect(rig.hits).to.not.include('chunk-sent')
  })

  it('ends the stream, and says that it is its own fault, when something of its own throws', async () => {
    const rig = createRig()
    const client = await connect(rig, { account: undefined })
    rig.shelf.quote = () => {
      throw new TypeError('a bug')
    }
    expect(codeOf(await rejection(client.quote(FILE)))).to.equal('STREAM_CLOSED')
    expect(codeOf(await client.ended)).to.equal('REMOTE_ERROR')
    await untilServed(rig)
  })

  it('says DONT_HAVE for a chunk that cannot be read, and takes it out of D', async () => {
    const rig = createRig()
    rig.shelf.unreadable.add(3)
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, 3)))).to.equal('DONT_HAVE')
    expect(rig.payee.committed).to.equal(0n)
    expect(client.status?.committed).to.equal(0n)
  })

  it('takes every chunk that did not leave out of D when the stream breaks', async () => {
    const rig = createRig()
    let open = (): void => {}
    const client = await connect(rig)
    await download(rig, client, { count: 40, window: 4 })
    await client.settle()
    const settled = rig.payee.committed
    rig.shelf.gate = new Promise((resolve) => {
      open = resolve
    })
    const requests = [40, 41, 42].map((index) => rejection(ask(client, index)))
    await settleDown()
    expect(rig.payee.committed > settled).to.equal(true)
    rig.pair.cut()
    await settleDown()
    open()
    await rig.served
    await Promise.all(requests)
    expect(rig.payee.committed).to.equal(settled)
    expect(rig.payee.endedCount).to.equal(1)
  })

  it('ends its streams when the node stops', async () => {
    const controller = new AbortController()
    const rig = createRig({ server: { signal: controller.signal } })
    const client = await connect(rig)
    controller.abort()
    expect(codeOf(await client.ended)).to.equal('SHUTTING_DOWN')
    await untilServed(rig)
  })

  it('hits the fail-point after each chunk that left', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 5, window: 2 })
    await settleDown()
    expect(rig.hits.filter((name) => name === 'chunk-sent')).to.have.length(5)
  })
})

describe('bitswap/client: payees that misbehave', () => {
  /** A payee by hand: HELLO and HELLO_ACK are sent, then `messages`. */
  async function scripted(
    messages: readonly Message[],
    after?: (client: Awaited<ReturnType<typeof connect>>) => Promise<unknown>,
  ): Promise<unknown> {
    const rig = createRig()
    rig.pair.listener.abort(new Error('unused'))
    const { streamPair } = await import('../support/stream-pair.ts')
    const pair = streamPair()
    const hello = SAMPLES['hello of the payee']
    if (hello === undefined) throw new Error('no sample')
    await pair.listener.send(encodeMessage(hello))
    await pair.listener.send(encodeMessage({ type: 'hello-ack' }))
    const client = await connect({ ...rig, pair }, { account: undefined })
    const asked = after?.(client)
    asked?.catch(() => {})
    for (const message of messages) await pair.listener.send(encodeMessage(message)).catch(() => {})
    const reason = await client.ended
    await asked?.catch(() => {})
    return codeOf(reason)
  }

  it('ends the stream for an answer nobody asked for', async () => {
    const block = { type: 'block', requestId: 1, credit: wei(0n), proof: [], chunk: chunkBytes(0) } as const
    expect(await scripted([block])).to.equal('UNEXPECTED_MESSAGE')
  })

  it('ends the stream for a chunk of the wrong length', async () => {
    const block = {
      type: 'block',
      requestId: 1,
      credit: wei(0n),
      proof: [],
      chunk: new Uint8Array(CHUNK_BYTES - 1),
    } as const
    expect(await scripted([block], (client) => askFree(client, 0))).to.equal('MALFORMED')
  })

  it('ends the stream when the owner of the client throws', async () => {
    const rig = createRig()
    const client = await connect(rig, {
      onHave() {
        throw new TypeError('a bug')
      },
    })
    const { Bitfield } = await import('../../src/domain/bitfield.ts')
    rig.shelf.held = new Bitfield(10)
    await client.quote(FILE)
    rig.shelf.listener?.(FILE, 1)
    await rig.clock.advance(500)
    expect(codeOf(await client.ended)).to.equal('STREAM_CLOSED')
    await untilServed(rig)
  })

  it('passes wrong bytes up: verifying is the caller’s matter', async () => {
    const rig = createRig()
    rig.shelf.read = async () => new Uint8Array(CHUNK_BYTES).fill(99)
    const client = await connect(rig)
    expect((await ask(client, 0)).chunk[0]).to.equal(99)
    await client.close()
    expect(rig.payer.verifiedAmount).to.equal(0n)
  })

  it('believes no error code that only this side may give', async () => {
    expect(await scripted([{ type: 'error', code: 'BUDGET_EXHAUSTED' }])).to.equal('REMOTE_ERROR')
    expect(await scripted([{ type: 'error', code: 'SHUTTING_DOWN' }])).to.equal('SHUTTING_DOWN')
  })

  it('gives up on a payee that never says hello', async () => {
    const { streamPair } = await import('../support/stream-pair.ts')
    const rig = createRig()
    const pair = streamPair()
    const opened = rejection(connect({ ...rig, pair }))
    await settleDown()
    await rig.clock.advance(10_000)
    expect(codeOf(await opened)).to.equal('HELLO_TIMEOUT')
    expect(pair.dialer.resetBy).to.not.equal(undefined)
  })

  it('ends the stream for a quote of another file', async () => {
    const quote = SAMPLES['quote']
    if (quote === undefined) throw new Error('no sample')
    const { OTHER_FILE } = await import('../in-band/shelf.ts')
    expect(await scripted([{ ...quote, requestId: 1 } as Message], (client) => client.quote(OTHER_FILE))).to.equal(
      'UNEXPECTED_MESSAGE',
    )
  })
})
