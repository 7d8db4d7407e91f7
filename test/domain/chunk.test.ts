import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { chunkPrice, filePrice } from '../../src/domain/price.ts'

describe('domain/chunk', () => {
  it('splits a file into chunks whose lengths add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 * CHUNK_SIZE_BYTES }), (sizeBytes) => {
        let sum = 0
        for (let i = 0; i < chunkCount(sizeBytes); i++) sum += chunkLength(sizeBytes, i)
        expect(sum).to.equal(sizeBytes)
        expect(() => chunkLength(sizeBytes, chunkCount(sizeBytes))).to.throw(RangeError)
      }),
    )
  })
})

describe('domain/price', () => {
  it('rounds every chunk up, alone', () => {
    expect(chunkPrice(wei(4n), CHUNK_SIZE_BYTES)).to.equal(1n)
    expect(chunkPrice(wei(5n), CHUNK_SIZE_BYTES)).to.equal(2n)
    expect(chunkPrice(wei(1n), 1)).to.equal(1n)
    expect(chunkPrice(wei(0n), CHUNK_SIZE_BYTES)).to.equal(0n)
    expect(filePrice(wei(5n), 2 * CHUNK_SIZE_BYTES + 1)).to.equal(5n)
    expect(filePrice(wei(5n), 0)).to.equal(0n)
  })
})

describe('domain/bitfield', () => {
  it('is the set of indexes that were added, over its bytes as well', () => {
    fc.assert(
      fc.property(fc.nat({ max: 70 }), fc.array(fc.nat({ max: 80 })), (length, indexes) => {
        const bits = new Bitfield(length)
        const expected = new Set<number>()
        for (const index of indexes) {
          expect(bits.add(index)).to.equal(index < length && !expected.has(index))
          if (index < length) expected.add(index)
        }
        const copy = new Bitfield(length, bits.toBytes())
        expect(copy.count).to.equal(expected.size)
        for (let i = -1; i <= length; i++) expect(copy.has(i)).to.equal(expected.has(i))
        expect(Bitfield.full(length).complete).to.equal(true)
      }),
    )
  })

  it('drops bits beyond its length', () => {
    expect(new Bitfield(3, new Uint8Array([0xff])).toBytes()).to.deep.equal(new Uint8Array([0xe0]))
  })
})
