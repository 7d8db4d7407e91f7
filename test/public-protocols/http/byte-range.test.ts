import { expect } from 'chai'
import fc from 'fast-check'
import { parseRange } from '../../../src/public-protocols/http/byte-range.ts'

describe('public-protocols/http/byte-range', () => {
  it('reads what RFC 9110 has as examples', () => {
    expect(parseRange('bytes=0-499', 10_000)).to.deep.equal({ first: 0, last: 499 })
    expect(parseRange('bytes=500-999', 10_000)).to.deep.equal({ first: 500, last: 999 })
    expect(parseRange('bytes=-500', 10_000)).to.deep.equal({ first: 9_500, last: 9_999 })
    expect(parseRange('bytes=9500-', 10_000)).to.deep.equal({ first: 9_500, last: 9_999 })
    expect(parseRange('bytes= 0-0 ', 10_000)).to.deep.equal({ first: 0, last: 0 })
    expect(parseRange('bytes=500-600,601-999', 10_000)).to.equal('all')
    expect(parseRange(undefined, 10_000)).to.equal('all')
  })

  it('never gives bytes outside of the file, whatever is asked', () => {
    const numbers = fc.oneof(fc.nat(), fc.nat({ max: 20 }), fc.constant(''), fc.constant('9'.repeat(30)))
    const headers = fc.oneof(
      fc.string(),
      fc.tuple(numbers, numbers).map(([from, to]) => `bytes=${from}-${to}`),
    )
    fc.assert(
      fc.property(headers, fc.nat({ max: 15 }), (header, sizeBytes) => {
        const range = parseRange(header, sizeBytes)
        if (range === 'all' || range === 'unsatisfiable') return
        expect(range.first).to.be.within(0, range.last)
        expect(range.last).to.be.below(sizeBytes)
      }),
      { numRuns: 500 },
    )
  })
})
