import { expect } from 'chai'
import fc from 'fast-check'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { type Address, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { createPriceBook, type FilePrice, MAX_BIDS, QUOTE_TTL_MS } from '../../src/node/price-book.ts'
import { FakeClock } from '../support/fake-clock.ts'

const FILE = parseFileHash('ab'.repeat(32))
const OTHER = parseFileHash('cd'.repeat(32))
const PAYER = parseAddress(`0x${'11'.repeat(20)}`)
const STRANGER = parseAddress(`0x${'22'.repeat(20)}`)

describe('node/price-book', () => {
  const setUp = (lowest?: bigint) => {
    const clock = new FakeClock()
    const terms: { -readonly [Key in keyof FilePrice]: FilePrice[Key] } = {
      pricePerMiB: wei(40n),
      sizeBytes: CHUNK_SIZE_BYTES + 1,
      lowestPricePerMiB: lowest === undefined ? undefined : wei(lowest),
    }
    const book = createPriceBook({ clock, priceOf: (fileHash) => (fileHash === FILE ? terms : undefined) })
    const askedId = (payer = PAYER): number => book.quote(FILE, payer)?.quoteId ?? 0
    const bid = (price: bigint, options: { quoteId?: number; payer?: typeof PAYER } = {}) => {
      const { payer = PAYER, quoteId = askedId(payer) } = options
      const answer = book.counter(FILE, { quoteId, pricePerMiB: wei(price) }, payer)
      if (answer === undefined) throw new Error('the file is for sale')
      return answer
    }
    const priceAt = (quote: ReturnType<typeof bid>): Wei => {
      if (quote === 'repeated') throw new Error('it was not repeated')
      return quote.pricePerMiB
    }
    return { clock, terms, book, askedId, bid, priceAt }
  }

  it('honours a quote at its price until it expires, whatever the price is now', async () => {
    const { clock, terms, book } = setUp()
    const before = book.quote(FILE)
    terms.pricePerMiB = wei(80n)
    const after = book.quote(FILE)
    expect(after?.quoteId).to.not.equal(before?.quoteId)
    expect(book.priceOf(before?.quoteId ?? 0, FILE, 0)).to.equal(10n)
    expect(book.priceOf(after?.quoteId ?? 0, FILE, 0)).to.equal(20n)
    expect(book.priceOf(after?.quoteId ?? 0, FILE, 1), 'one byte, rounded up').to.equal(1n)
    await clock.advance(QUOTE_TTL_MS)
    expect(book.priceOf(before?.quoteId ?? 0, FILE, 0)).to.equal(undefined)
  })

  it('gives one quote to all while the price stands', () => {
    const { book } = setUp()
    expect(book.quote(FILE)?.quoteId).to.equal(book.quote(FILE)?.quoteId)
  })

  it('does not know files that are not for sale, nor quotes for another file', () => {
    const { book } = setUp()
    expect(book.quote(OTHER)).to.equal(undefined)
    expect(book.counter(OTHER, { quoteId: 1, pricePerMiB: wei(1n) }, PAYER)).to.equal(undefined)
    expect(book.priceOf(book.quote(FILE)?.quoteId ?? 0, OTHER, 0)).to.equal(undefined)
    expect(book.priceOf(999, FILE, 0)).to.equal(undefined)
  })

  it('takes a bid from the lowest price up, at the bid', () => {
    for (const price of [30n, 31n, 39n]) {
      const { bid, priceAt } = setUp(30n)
      expect(priceAt(bid(price))).to.equal(price)
    }
  })

  it('answers a lower bid with what it asks, and never tells its lowest price', () => {
    for (const price of [1n, 29n, 40n, 1_000n]) {
      const { bid, book } = setUp(30n)
      expect(bid(price)).to.equal(book.quote(FILE))
    }
  })

  it('takes no bid where no lowest price was given', () => {
    const { bid, priceAt } = setUp()
    expect(priceAt(bid(39n))).to.equal(40n)
  })

  it('refuses a second bid on one quote, taken or not', () => {
    const { bid, askedId } = setUp(30n)
    const quoteId = askedId()
    expect(bid(10n, { quoteId })).to.not.equal('repeated')
    expect(bid(35n, { quoteId })).to.equal('repeated')
    expect(bid(35n, { quoteId, payer: STRANGER }), 'another payer has a bid of its own').to.not.equal('repeated')
    const agreedId = askedId(STRANGER)
    expect(agreedId).to.not.equal(quoteId)
    expect(bid(34n, { quoteId: agreedId, payer: STRANGER }), 'what was agreed is final').to.equal('repeated')
  })

  it('lets a payer bid again on a later quote', async () => {
    const { bid, clock, priceAt, askedId } = setUp(30n)
    const first = askedId()
    expect(priceAt(bid(10n))).to.equal(40n)
    await clock.advance(QUOTE_TTL_MS / 2)
    expect(askedId()).to.not.equal(first)
    expect(priceAt(bid(35n))).to.equal(35n)
  })

  it('keeps what was agreed for that payer alone, on all its streams, until it expires', async () => {
    const { bid, book, clock } = setUp(30n)
    const agreed = bid(35n)
    if (agreed === 'repeated') throw new Error('it was the first')
    expect(book.priceOf(agreed.quoteId, FILE, 0, PAYER)).to.equal(chunkPrice(wei(35n), CHUNK_SIZE_BYTES))
    expect(book.priceOf(agreed.quoteId, FILE, 0, STRANGER)).to.equal(undefined)
    expect(book.priceOf(agreed.quoteId, FILE, 0)).to.equal(undefined)
    expect(book.quote(FILE, PAYER)).to.equal(agreed)
    expect(book.quote(FILE, STRANGER)?.pricePerMiB).to.equal(40n)
    expect(book.quote(FILE)?.pricePerMiB).to.equal(40n)
    await clock.advance(QUOTE_TTL_MS - 1)
    expect(book.priceOf(agreed.quoteId, FILE, 0, PAYER)).to.equal(9n)
    await clock.advance(1)
    expect(book.priceOf(agreed.quoteId, FILE, 0, PAYER)).to.equal(undefined)
    expect(book.quote(FILE, PAYER)?.pricePerMiB).to.equal(40n)
  })

  it('gives what was agreed to nobody again once the price fell to it, or the lowest price rose above it', () => {
    const { bid, book, terms } = setUp(30n)
    const agreed = bid(35n)
    terms.lowestPricePerMiB = wei(36n)
    expect(book.quote(FILE, PAYER)?.pricePerMiB).to.equal(40n)
    terms.lowestPricePerMiB = wei(30n)
    expect(book.quote(FILE, PAYER)).to.equal(agreed)
    terms.pricePerMiB = wei(33n)
    expect(book.quote(FILE, PAYER)?.pricePerMiB).to.equal(33n)
  })

  it('is never dearer after a bid than the quote that was countered, though its price rose since', () => {
    const { bid, askedId, terms, priceAt } = setUp(30n)
    const quoteId = askedId()
    terms.pricePerMiB = wei(80n)
    terms.lowestPricePerMiB = wei(60n)
    expect(priceAt(bid(35n, { quoteId }))).to.equal(40n)
  })

  it('knows nothing of a bid on a quote that it did not give, or that was agreed with another', () => {
    const { bid, priceAt } = setUp(30n)
    expect(priceAt(bid(35n, { quoteId: 999 }))).to.equal(40n)
    const agreed = bid(35n, { payer: STRANGER })
    if (agreed === 'repeated') throw new Error('it was the first')
    expect(priceAt(bid(33n, { quoteId: agreed.quoteId }))).to.equal(40n)
    expect(priceAt(bid(33n)), 'and it counts for nothing').to.equal(33n)
  })

  it('remembers so many bids, takes none beyond them, and forgets them with their quotes', async () => {
    const { bid, book, clock, priceAt } = setUp(30n)
    expect(book.quote(FILE)?.quoteId).to.equal(1)
    for (let index = 0; index < MAX_BIDS; index++) {
      const payer = `0x${index.toString(16).padStart(40, '0')}` as Address // the brand: 40 hexadecimal digits
      book.counter(FILE, { quoteId: 1, pricePerMiB: wei(1n) }, payer)
    }
    expect(priceAt(bid(35n, { quoteId: 1 }))).to.equal(40n)
    await clock.advance(QUOTE_TTL_MS)
    expect(priceAt(bid(35n))).to.equal(35n)
  })

  it('sells below what it asks to nobody but who bid so much, and never below the lowest price', async () => {
    const payers = [PAYER, STRANGER]
    const step = fc.record({
      payer: fc.constantFrom(...payers),
      price: fc.bigInt(1n, 50n),
      quoteId: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
      waitMs: fc.constantFrom(0, 0, QUOTE_TTL_MS / 4, QUOTE_TTL_MS),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { bid, book, clock } = setUp(30n)
        const offered = new Map(payers.map((payer) => [payer, new Set<bigint>([40n])]))
        for (const { payer, price, quoteId, waitMs } of steps) {
          await clock.advance(waitMs)
          offered.get(payer)?.add(price)
          const answer = bid(price, { payer, ...(quoteId === undefined ? {} : { quoteId }) })
          if (answer === 'repeated') continue
          expect(answer.pricePerMiB >= 30n && answer.pricePerMiB <= 40n).to.equal(true)
          expect(offered.get(payer)?.has(answer.pricePerMiB)).to.equal(true)
          const [price0, elsewhere] = payers
            .toSorted((a) => (a === payer ? -1 : 1))
            .map((who) => book.priceOf(answer.quoteId, FILE, 0, who))
          expect(price0).to.equal(chunkPrice(answer.pricePerMiB, CHUNK_SIZE_BYTES))
          if (answer.pricePerMiB < 40n) expect(elsewhere).to.equal(undefined)
        }
      }),
      { numRuns: 200 },
    )
  })
})
