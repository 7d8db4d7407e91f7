import { expect } from 'chai'
import fc from 'fast-check'
import { decodeCsv, encodeCsvRecord } from '../../../src/channel/receipts/csv.ts'
import { DecodeError } from '../../../src/domain/errors.ts'

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '"', ',', 'a') }),
)

describe('channel/receipts/csv', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2 })), fc.constantFrom('\n', '\r\n'), (records, end) => {
        const text = records.map((record) => encodeCsvRecord(record) + end).join('')
        expect(decodeCsv(text)).to.deep.equal(records)
      }),
    )
  })

  it('writes no cell that a spreadsheet would compute', () => {
    fc.assert(
      fc.property(cell, (text) => {
        expect(decodeFirst(encodeCsvRecord([text, '']))).not.to.match(/^[=+\-@\t\r]/)
      }),
    )
    expect(encodeCsvRecord(['=1+1', '@SUM(A1)', '-2', 'a"b', 'plain'])).to.equal(`'=1+1,'@SUM(A1),'-2,"a""b",plain`)
  })

  it('refuses any other text with a DecodeError', () => {
    fc.assert(
      fc.property(cell, (text) => {
        try {
          decodeCsv(text)
        } catch (error) {
          expect(error).to.be.instanceOf(DecodeError)
        }
      }),
    )
    expect(() => decodeCsv('"open')).to.throw(DecodeError)
    expect(() => decodeCsv('"a"b')).to.throw(DecodeError)
  })
})

/** The first cell as a program sees it that knows RFC 4180 and nothing of us. */
function decodeFirst(record: string): string {
  return record.startsWith('"') ? record.slice(1) : record
}
