import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { createPriceBook, QUOTE_TTL_MS } from '../../src/node/price-book.ts'
import { FakeClock } from '../support/fake-clock.ts'

const FILE = parseFileHash('ab'.repeat(32))
const OTHER = parseFileHash('cd'.repeat(32))

describe('node/price-book', () => {
  const setUp = () => {
    const clock = new FakeClock()
    const terms = { pricePerMiB: wei(40n), sizeBytes: CHUNK_SIZE_BYTES + 1 }
    const book = createPriceBook({ clock, priceOf: (fileHash) => (fileHash === FILE ? terms : undefined) })
    return { clock, terms, book }
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
    expect(book.priceOf(book.quote(FILE)?.quoteId ?? 0, OTHER, 0)).to.equal(undefined)
    expect(book.priceOf(999, FILE, 0)).to.equal(undefined)
  })
})
