import { expect } from 'chai'
import fc from 'fast-check'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { type Address, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { createPriceBook, type PriceBook, QUOTE_TTL_MS } from '../../src/node/price-book.ts'
import { createQuoteStore, type SignedFor } from '../../src/node/quote-store.ts'
import { MAX_SIGNED, MAX_SIGNED_PER_PAYER } from '../../src/node/signed-quotes.ts'
import { type Database, openDatabase } from '../../src/system/database.ts'
import { FakeClock } from '../support/fake-clock.ts'

const FILE = parseFileHash('ab'.repeat(32))
const OTHER = parseFileHash('cd'.repeat(32))
const PAYER = parseAddress(`0x${'11'.repeat(20)}`)
const STRANGER = parseAddress(`0x${'22'.repeat(20)}`)
const MINUTE_MS = 60_000

describe('node: quotes that outlast the process', () => {
  let database: Database
  let clock: FakeClock
  const ask = { pricePerMiB: wei(40n), lowestPricePerMiB: wei(30n), sizeBytes: CHUNK_SIZE_BYTES }

  beforeEach(() => {
    database = openDatabase(':memory:')
    clock = new FakeClock()
    Object.assign(ask, { pricePerMiB: 40n, lowestPricePerMiB: 30n })
  })
  afterEach(() => database.close())

  /** A process of the seller: what it was told before is in the database, or gone. */
  async function start(): Promise<PriceBook> {
    const store = createQuoteStore({ database, clock })
    return createPriceBook({
      priceOf: (fileHash) => (fileHash === FILE ? ask : undefined),
      clock,
      kept: { store, loaded: await store.load(QUOTE_TTL_MS) },
    })
  }

  function quotedId(book: PriceBook, payer?: Address): number {
    const quote = book.quote(FILE, payer)
    if (quote === undefined) throw new Error('it is for sale')
    return quote.quoteId
  }

  function agree(book: PriceBook, price: bigint, payer = PAYER): number {
    const answer = book.counter(FILE, { quoteId: quotedId(book, payer), pricePerMiB: wei(price) }, payer)
    if (answer === undefined || answer === 'repeated') throw new Error('it was the first bid')
    expect(answer.pricePerMiB).to.equal(price)
    return answer.quoteId
  }

  const rows = (): number =>
    database.read((connection) => Number(connection.get('SELECT count(*) AS n FROM signed_quotes')?.['n']))

  it('honours a signed quote after a restart, at its price, whatever the price is by then', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    expect(await before.keep(quoteId, PAYER)).to.equal(true)
    ask.pricePerMiB = wei(80n)
    const after = await start()
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(10n)
    expect(after.quote(FILE, PAYER), 'and gives it again').to.include({ quoteId, pricePerMiB: 40n })
    expect(after.quote(FILE, STRANGER)?.pricePerMiB).to.equal(80n)
  })

  it('gives the lower price where it asks less by now', async () => {
    const before = await start()
    await before.keep(quotedId(before, PAYER), PAYER)
    ask.pricePerMiB = wei(35n)
    expect((await start()).quote(FILE, PAYER)?.pricePerMiB).to.equal(35n)
  })

  it('honours it for whom it was signed, and for nobody else after the restart', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    await before.keep(quoteId, PAYER)
    const after = await start()
    expect(after.priceOf(quoteId, FILE, 0, STRANGER)).to.equal(undefined)
    expect(after.priceOf(quoteId, FILE, 0)).to.equal(undefined)
    expect(after.priceOf(quoteId, OTHER, 0, PAYER)).to.equal(undefined)
    expect(await after.keep(quoteId, STRANGER), 'nor is it signed for somebody else').to.equal(false)
    expect(await after.keep(999, PAYER)).to.equal(false)
  })

  it('forgets what was never signed: whoever was told a price without an account asks again', async () => {
    const quoteId = quotedId(await start())
    expect((await start()).priceOf(quoteId, FILE, 0, PAYER)).to.equal(undefined)
  })

  it('never gives the number of a quote that holds to another', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    await before.keep(quoteId, PAYER)
    ask.pricePerMiB = wei(20n)
    const after = await start()
    expect(quotedId(after, STRANGER)).to.be.greaterThan(quoteId)
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(10n)
  })

  it('keeps what came of a bid, and refuses a second one after the restart', async () => {
    const before = await start()
    const countered = quotedId(before, PAYER)
    await before.keep(countered, PAYER)
    const agreed = agree(before, 33n)
    await before.keep(agreed, PAYER)
    const after = await start()
    expect(after.quote(FILE, PAYER)).to.include({ quoteId: agreed, pricePerMiB: 33n })
    for (const quoteId of [countered, agreed])
      expect(after.counter(FILE, { quoteId, pricePerMiB: wei(31n) }, PAYER)).to.equal('repeated')
    expect(after.quote(FILE, PAYER)?.pricePerMiB).to.equal(33n)
  })

  it('remembers a bid that it did not take, so that no restart is a second try', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    await before.keep(quoteId, PAYER)
    before.counter(FILE, { quoteId, pricePerMiB: wei(10n) }, PAYER)
    await before.keep(quoteId, PAYER) // its answer is signed as well
    ask.pricePerMiB = wei(80n)
    const after = await start()
    expect(after.counter(FILE, { quoteId, pricePerMiB: wei(35n) }, PAYER)).to.equal('repeated')
  })

  it('honours it to its end and no longer, and sweeps what has ended', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    await before.keep(quoteId, PAYER)
    await clock.advance(QUOTE_TTL_MS - 1)
    const after = await start()
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(10n)
    await clock.advance(1)
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(undefined)
    expect(rows()).to.equal(1)
    await after.keep(quotedId(after, STRANGER), STRANGER)
    expect(rows(), 'the new one alone').to.equal(1)
  })

  it('gives a cheaper one again only while there is some use in it', async () => {
    const book = await start()
    const quoteId = quotedId(book, PAYER)
    await book.keep(quoteId, PAYER)
    ask.pricePerMiB = wei(80n)
    await clock.advance(QUOTE_TTL_MS - 6 * MINUTE_MS)
    expect(quotedId(book, PAYER)).to.equal(quoteId)
    await clock.advance(2 * MINUTE_MS)
    expect(book.quote(FILE, PAYER)?.pricePerMiB).to.equal(80n)
    expect(book.priceOf(quoteId, FILE, 0, PAYER), 'and honours it all the same').to.equal(10n)
  })

  it('is bound for no longer than a quote lasts when the clock was ahead, and is put right', async () => {
    await clock.advance(365 * 24 * 60 * MINUTE_MS)
    const ahead = await start()
    const quoteId = quotedId(ahead, PAYER)
    await ahead.keep(quoteId, PAYER)
    clock = new FakeClock()
    const after = await start()
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(10n)
    await clock.advance(QUOTE_TTL_MS)
    expect(after.priceOf(quoteId, FILE, 0, PAYER)).to.equal(undefined)
    await start()
    expect(rows()).to.equal(0)
  })

  it('ends with a clock that jumps past it', async () => {
    const before = await start()
    const quoteId = quotedId(before, PAYER)
    await before.keep(quoteId, PAYER)
    await clock.advance(2 * QUOTE_TTL_MS)
    expect((await start()).priceOf(quoteId, FILE, 0, PAYER)).to.equal(undefined)
    expect(rows()).to.equal(0)
  })

  it('writes a quote once, however often it is signed for the same payer', async () => {
    let writes = 0
    const store = { save: async () => void writes++ }
    const book = createPriceBook({ priceOf: () => ask, clock, kept: { store, loaded: [] } })
    const quoteId = quotedId(book, PAYER)
    for (let time = 0; time < 100; time++) expect(await book.keep(quoteId, PAYER)).to.equal(true)
    expect(writes).to.equal(1)
  })

  it('is not kept before it is durable, and not when it cannot be written', async () => {
    const disk = Promise.withResolvers<void>()
    const book = createPriceBook({
      priceOf: () => ask,
      clock,
      kept: { store: { save: () => disk.promise }, loaded: [] },
    })
    const quoteId = quotedId(book, PAYER)
    let isKept = false
    const keeping = [book.keep(quoteId, PAYER), book.keep(quoteId, PAYER)].map((kept) =>
      kept.then(() => {
        isKept = true
      }),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(isKept).to.equal(false)
    disk.reject(new Error('the disk is full'))
    for (const outcome of await Promise.allSettled(keeping)) expect(outcome.status).to.equal('rejected')
    expect(isKept).to.equal(false)
  })

  it('signs no more for a payer that floods it, and goes on for others; nobody loses what was signed', async () => {
    const store = { save: async () => {} }
    const loaded = manyFor(PAYER, MAX_SIGNED_PER_PAYER)
    const book = createPriceBook({ priceOf: () => ask, clock, kept: { store, loaded } })
    const quoteId = quotedId(book, PAYER)
    expect(await book.keep(quoteId, PAYER)).to.equal(false)
    expect(await book.keep(quoteId, STRANGER)).to.equal(true)
    expect(book.priceOf(quoteId, FILE, 0, PAYER), 'it is sold to all the same').to.equal(10n)
    expect(book.priceOf(1, FILE, 0, PAYER)).to.equal(5n)
    await clock.advance(QUOTE_TTL_MS)
    expect(await book.keep(quotedId(book, PAYER), PAYER), 'once those have ended').to.equal(true)
  })

  it('keeps so many in all, whoever asks', async () => {
    const store = { save: async () => {} }
    const crowd = Math.ceil(MAX_SIGNED / MAX_SIGNED_PER_PAYER)
    const loaded = Array.from({ length: crowd }, (_, index) =>
      manyFor(accountOf(index), Math.min(MAX_SIGNED_PER_PAYER, MAX_SIGNED - index * MAX_SIGNED_PER_PAYER)),
    ).flat()
    expect(loaded).to.have.lengthOf(MAX_SIGNED)
    const book = createPriceBook({ priceOf: () => ask, clock, kept: { store, loaded } })
    expect(await book.keep(quotedId(book, STRANGER), STRANGER)).to.equal(false)
  })

  it('keeps every promise over restarts at any time, and sells below its price to nobody without one', async () => {
    const step = fc.record({
      payer: fc.constantFrom(PAYER, STRANGER),
      price: fc.bigInt({ min: 30n, max: 60n }),
      bid: fc.option(fc.bigInt({ min: 1n, max: 60n }), { nil: undefined }),
      waitMs: fc.constantFrom(0, MINUTE_MS, QUOTE_TTL_MS / 4, QUOTE_TTL_MS),
      restarts: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        database.close()
        database = openDatabase(':memory:')
        let book = await start()
        let promises: { quoteId: number; payer: Address; price: Wei; expiresAt: number }[] = []
        for (const { payer, price, bid, waitMs, restarts } of steps) {
          await clock.advance(waitMs)
          ask.pricePerMiB = wei(price)
          if (restarts) book = await start()
          const asked = book.quote(FILE, payer)
          if (asked === undefined) throw new Error('it is for sale')
          const answer =
            bid === undefined ? asked : book.counter(FILE, { quoteId: asked.quoteId, pricePerMiB: wei(bid) }, payer)
          if (answer === undefined || answer === 'repeated') continue
          const isPromised = promises.some(({ quoteId, payer: to }) => quoteId === answer.quoteId && to === payer)
          const isBid = answer.pricePerMiB === bid && bid >= 30n
          expect(answer.pricePerMiB === price || isPromised || isBid, `${answer.pricePerMiB} of ${price}`).to.equal(
            true,
          )
          expect(await book.keep(answer.quoteId, payer)).to.equal(true)
          promises = promises.filter(({ expiresAt }) => expiresAt > clock.now()) // their numbers may be given again
          promises.push({ quoteId: answer.quoteId, payer, price: answer.pricePerMiB, expiresAt: answer.expiresAt })
          for (const made of promises) {
            const perChunk = (made.price * BigInt(CHUNK_SIZE_BYTES) + 2n ** 20n - 1n) / 2n ** 20n
            expect(book.priceOf(made.quoteId, FILE, 0, made.payer)).to.equal(perChunk)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  /** As many files' quotes as a flood may leave behind, at half the price. */
  function manyFor(payer: Address, count: number): SignedFor[] {
    return Array.from({ length: count }, (_, index) => ({
      quoteId: index + 1,
      payer,
      fileHash: FILE,
      sizeBytes: CHUNK_SIZE_BYTES,
      pricePerMiB: wei(20n),
      expiresAt: clock.now() + MINUTE_MS,
      isAgreed: false,
      isCountered: false,
    }))
  }
})

function accountOf(index: number): Address {
  return parseAddress(`0x${index.toString(16).padStart(40, 'a')}`)
}
