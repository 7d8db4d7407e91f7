import { expect } from 'chai'
import fc from 'fast-check'
import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../../src/domain/bytes.ts'

describe('domain/bytes', () => {
  for (const length of [0, 1, 4, 5, 7, 8, 9, 12, 16, 17, 32, 96]) {
    const beyond = 1n << BigInt(8 * length)

    it(`numbers of ${length} bytes come back as they were, the least, the largest and any`, () => {
      const any = fc.bigInt({ min: 0n, max: beyond - 1n })
      fc.assert(
        fc.property(fc.oneof(fc.constant(0n), fc.constant(beyond - 1n), fc.constant(beyond >> 1n), any), (value) => {
          const bytes = bigintToBytes(value, length)
          expect(toHex(bytes)).to.equal(length === 0 ? '' : value.toString(16).padStart(2 * length, '0'))
          expect(bytesToBigint(bytes)).to.equal(value)
        }),
        { numRuns: 50 },
      )
    })

    it(`numbers that do not fit ${length} bytes are refused`, () => {
      for (const value of [beyond, beyond << 64n, -1n, -beyond])
        expect(() => bigintToBytes(value, length)).to.throw(RangeError, `${value} does not fit ${length} bytes`)
    })
  }

  it('bytes that lie within others, and Buffers, are read where they lie', () => {
    const all = fromHex('ff0102030405060708090a0b0c0dff')
    expect(bytesToBigint(all.subarray(1, 14))).to.equal(0x0102030405060708090a0b0c0dn)
    expect(bytesToBigint(Buffer.from(all).subarray(1, 9))).to.equal(0x0102030405060708n)
    expect(bytesToBigint(all.subarray(3, 3))).to.equal(0n)
  })
})
