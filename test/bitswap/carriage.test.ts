import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import type { TransferRequest, TransferSession } from '../../src/domain/transfer.ts'
import { GrantBook } from '../../src/in-band/grants.ts'
import { createPublicGate } from '../../src/node/public-gate.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { ask, askFree, download, type Rig, verify } from '../in-band/rig.ts'
import {
  AGREED_QUOTE_ID,
  CHUNK_BYTES,
  chunkBytes,
  FILE,
  FREE_FILE,
  HALF_PRICE,
  PRICE,
  PRICE_PER_MIB,
  QUOTE_ID,
  rejection,
  settleDown,
} from '../in-band/shelf.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { connect, createRig } from './harness.ts'

/** Admits everything, as far as it is free. */
const FREE: Gate = { admit: async () => ({ kind: 'admitted', finished: async () => {} }) }

/** Another protocol between the same two nodes: what the gate admits, comes. */
class Line {
  readonly rig: Rig
  readonly grants: GrantBook
  readonly #gate: Gate
  readonly asked: number[] = []
  refusals = 0
  /** Chunks that break off in the middle. */
  readonly broken = new Set<number>()
  /** Replies wait for it, when set. */
  hold: Promise<void> | undefined
  opened = 0
  closed = 0

  constructor() {
    this.grants = new GrantBook(seededRandom('grants'))
    this.rig = createRig({ server: { grants: this.grants } })
    this.rig.payer.prepays = false
    this.#gate = createPublicGate({
      grants: this.grants,
      chunks: this.rig.shelf,
      quotes: this.rig.shelf,
      free: FREE,
      log: silentLogger,
    })
  }

  readonly carrier = {
    protocol: 'http',
    open: async ({
      fileHash,
      token,
    }: {
      fileHash: typeof FILE
      token: string | undefined
    }): Promise<TransferSession> => {
      this.opened++
      return {
        protocol: 'http',
        have: undefined,
        ended: new Promise(() => {}),
        request: (request) => this.#request(fileHash, token, request),
        close: async () => void this.closed++,
      }
    },
  } as const

  async #request(
    fileHash: typeof FILE,
    grant: string | undefined,
    { chunkIndex }: TransferRequest,
  ): Promise<Uint8Array> {
    this.asked.push(chunkIndex)
    const admission = await this.#gate.admit({ address: '127.0.0.1', grant }, { fileHash, chunkIndex })
    await this.hold
    if (admission.kind === 'refused') throw new ChiralError('DONT_HAVE', 'It has not got it.')
    if (admission.kind === 'payment-required') {
      this.refusals++
      throw new ChiralError('PAYMENT_REQUIRED', admission.message, { details: { code: admission.code } })
    }
    if (this.broken.delete(chunkIndex)) {
      await admission.finished(false)
      throw new ChiralError('TRANSFER_FAILED', 'The line broke.')
    }
    await admission.finished(true)
    return chunkBytes(chunkIndex)
  }
}

describe('bitswap/carriage', () => {
  const quoted = async (line: Line) => {
    const client = await connect(line.rig, { carrier: line.carrier })
    await client.quote(FILE)
    return client
  }

  for (const window of [1, 8, 64])
    it(`pays for chunks of another protocol on the stream, after they verified, ${window} at once`, async () => {
      const line = new Line()
      const client = await quoted(line)
      expect(client.protocol).to.equal('http')
      await download(line.rig, client, { count: 200, window })
      await client.settle()
      expect(line.asked).to.have.length.at.least(200)
      const { payee, payer } = line.rig
      expect([payee.vouchered, payee.committed]).to.deep.equal([200n * PRICE, 200n * PRICE])
      expect(payer.risked, 'something was paid before it verified').to.equal(0n)
      expect(payee.risked <= 25n * PRICE, 'more than credit was at risk').to.equal(true)
      await client.close()
      await line.rig.served
      expect(line.grants.size).to.equal(0)
      expect(line.closed).to.equal(line.opened)
    })

  it('has chunks come at the price that was agreed', async () => {
    const line = new Line()
    const client = await quoted(line)
    const { quote } = await client.bid(FILE, { quoteId: QUOTE_ID, pricePerMiB: wei(PRICE_PER_MIB / 2n) })
    expect(quote.quoteId).to.equal(AGREED_QUOTE_ID)
    await ask(client, 0, { quoteId: quote.quoteId, price: HALF_PRICE })
    expect(line.rig.payee.committed).to.equal(HALF_PRICE)
    expect(line.opened).to.equal(1)
  })

  it('begins with four chunks on credit, and goes on when they are paid', async () => {
    const line = new Line()
    const client = await quoted(line)
    const wanted = [0, 1, 2, 3, 4, 5].map((chunkIndex) => ask(client, chunkIndex))
    await Promise.all(wanted.slice(0, 4))
    await settleDown()
    expect(line.asked).to.deep.equal([0, 1, 2, 3])
    expect(line.rig.payee.vouchered).to.equal(0n)
    verify(line.rig, client, 0)
    await wanted[4]
    expect(line.rig.payee.vouchered).to.equal(PRICE)
    expect(line.refusals, 'a request overtook its payment').to.equal(0)
  })

  it('waits for no payment that a request does not rest on', async () => {
    const line = new Line()
    const { payee } = line.rig
    const client = await quoted(line)
    await ask(client, 0)
    verify(line.rig, client, 0)
    const [begun, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const pay = payee.pay.bind(payee)
    payee.pay = async (voucher) => {
      begun.resolve()
      await release.promise
      return await pay(voucher)
    }
    const settled = client.settle()
    await begun.promise
    await Promise.all([1, 2, 3].map((chunkIndex) => ask(client, chunkIndex)))
    expect(payee.vouchered).to.equal(0n)
    const fifth = ask(client, 4)
    await settleDown()
    expect(line.asked).to.deep.equal([0, 1, 2, 3])
    release.resolve()
    await Promise.all([settled, fifth])
    expect(line.asked).to.deep.equal([0, 1, 2, 3, 4])
    expect(line.refusals).to.equal(0)
  })

  it('pays for a quarter of the credit before a request rests on it', async () => {
    const line = new Line()
    const { payee } = line.rig
    const client = await quoted(line)
    await download(line.rig, client, { count: 64, window: 4 })
    await client.settle()
    const credit = payee.status().credit
    expect(credit, 'as many chunks on credit').to.equal(8n * PRICE)
    await Promise.all([64, 65].map((chunkIndex) => ask(client, chunkIndex)))
    verify(line.rig, client, 64)
    await settleDown()
    expect(payee.vouchered, 'one is no batch').to.equal(64n * PRICE)
    verify(line.rig, client, 65)
    await settleDown()
    expect(payee.vouchered).to.equal(66n * PRICE)
  })

  it('asks nothing of a payee that gives no credit, and says so', async () => {
    const line = new Line()
    line.rig.payee.openCredit = () => line.rig.payee.status()
    const client = await quoted(line)
    expect((await rejection(ask(client, 0))).code).to.equal('ACCOUNT_MISMATCH')
    expect(line.asked).to.deep.equal([])
    expect(line.rig.payer.signed).to.equal(0n)
  })

  it('reads the books again when the payee wants more than it said', async () => {
    const line = new Line()
    const client = await quoted(line)
    await download(line.rig, client, { count: 8, window: 4 })
    line.rig.payee.committed = wei(line.rig.payee.committed + 2n * PRICE) // another stream of the pair took two
    line.rig.payer.verify(wei(2n * PRICE)) // and its account knows
    await download(line.rig, client, { first: 8, count: 40, window: 8 })
    await client.settle()
    expect(line.rig.payee.vouchered).to.equal(50n * PRICE)
  })

  it('does not owe what did not leave, and ends the stream that cannot know', async () => {
    const line = new Line()
    const client = await quoted(line)
    line.broken.add(2)
    const [first, , third] = await Promise.all([
      ask(client, 0),
      ask(client, 1),
      ask(client, 2).then(() => undefined, codeOf),
    ])
    expect(first.chunk).to.have.length(CHUNK_BYTES)
    expect(third).to.equal('STREAM_CLOSED')
    expect(codeOf(await client.ended)).to.equal('TRANSFER_FAILED')
    expect(line.rig.payee.committed).to.equal(2n * PRICE)
    expect(line.closed).to.equal(1)
  })

  it('takes what was cancelled all the same: late, and to be paid or written off', async () => {
    const line = new Line()
    const late: number[] = []
    const client = await connect(line.rig, {
      carrier: line.carrier,
      onLateChunk: (chunk) => late.push(chunk.chunkIndex),
    })
    await client.quote(FILE)
    await download(line.rig, client, { count: 16, window: 4 })
    const release = Promise.withResolvers<void>()
    line.hold = release.promise
    const stop = new AbortController()
    const asked = ask(client, 20, { signal: stop.signal })
    await settleDown()
    stop.abort()
    expect((await rejection(asked)).code).to.equal('CANCELLED')
    release.resolve()
    await settleDown()
    expect(late).to.deep.equal([20])
    client.alreadyHave({ fileHash: FILE, chunkIndex: 20 })
    await settleDown()
    expect(line.rig.payee.writtenOff.map(({ chunkIndex }) => chunkIndex)).to.deep.equal([20])
  })

  it('needs no grant for what is free', async () => {
    const line = new Line()
    const client = await connect(line.rig, { carrier: line.carrier, account: undefined })
    await client.quote(FREE_FILE)
    expect((await askFree(client, 5)).chunk[0]).to.equal(5)
    expect(line.grants.size).to.equal(0)
  })

  it('grants nothing where no other protocol is served, nor for a quote that does not hold', async () => {
    const line = new Line()
    const without = createRig()
    const alone = await connect(without, { carrier: line.carrier })
    expect((await rejection(alone.quote(FILE))).code).to.equal('GRANT_REFUSED')
    line.rig.shelf.expiresAt = 0
    const client = await connect(line.rig, { carrier: line.carrier })
    expect((await rejection(client.quote(FILE))).code).to.equal('GRANT_REFUSED')
    expect(line.grants.size).to.equal(0)
  })
})
