import bencode from 'bencode'
import { expect } from 'chai'
import fc from 'fast-check'
import { codeOf } from '../../../src/domain/errors.ts'
import { type Bencodable, decodeBencode, encodeBencode } from '../../../src/public-protocols/bittorrent/bencode.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const { value } = fc.letrec<{ value: Bencodable; dict: Bencodable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('dict'),
  ),
  dict: fc
    .dictionary(
      fc.string({ maxLength: 8 }).map((key) => `k${key.replace(/[^a-z]/g, '')}`),
      tie('value'),
      { maxKeys: 4 },
    )
    .map((dict) => dict),
}))

describe('public-protocols/bittorrent/bencode', () => {
  it('writes what another implementation writes', () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(Buffer.compare(encodeBencode(each), bencode.encode(each))).to.equal(0)
      }),
    )
  })

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(value, (each) => {
        const bytes = encodeBencode(each)
        expect(Buffer.compare(encodeBencode(decodeBencode(bytes)), bytes)).to.equal(0)
      }),
    )
  })

  it('refuses rubbish with one error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map(bytesOf),
          value.map((each) => encodeBencode(each).slice(1)),
        ),
        (bytes) => {
          try {
            decodeBencode(bytes)
          } catch (error) {
            expect(codeOf(error)).to.equal('DECODE_FAILED')
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('refuses what has two forms, is cut off, goes on, or is too deep or too large', () => {
    const wrong = [
      '',
      'i-0e',
      'i01e',
      'i1',
      'ie',
      'i9999999999999999e',
      '01:a',
      '2:a',
      '9999999999:a',
      'i1ei2e',
      'l',
      'd1:a',
      'd1:ai1e1:ai2ee',
      'di1ei1ee',
      'l'.repeat(50) + 'e'.repeat(50),
      `l${'i1e'.repeat(2_000)}e`,
    ]
    for (const text of wrong)
      expect(() => decodeBencode(bytesOf(text)), text.slice(0, 20))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })
})
