import { expect } from 'chai'
import fc from 'fast-check'
import { chunkSetOf, decodeChunkSet, encodeChunkSet, heldRanges, holdsChunk } from '../../src/discovery/chunk-set.ts'
import { Chunks } from '../../src/discovery/messages.js'
import { MAX_RANGES } from '../../src/discovery/protocol.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { codeOf } from '../../src/domain/errors.ts'

function bitfieldOf(length: number, indexes: readonly number[]): Bitfield {
  const have = new Bitfield(length)
  for (const index of indexes) have.add(index)
  return have
}

function overTheWire(have: Bitfield) {
  return decodeChunkSet(Chunks.decode(Chunks.encode(encodeChunkSet(chunkSetOf(have))).finish()))
}

describe('discovery/chunk-set', () => {
  it('says "all" for a whole file, an empty one included', () => {
    expect(overTheWire(Bitfield.full(5))).to.deep.equal({ kind: 'all', chunkCount: 5 })
    expect(overTheWire(new Bitfield(0))).to.deep.equal({ kind: 'all', chunkCount: 0 })
    expect(holdsChunk({ kind: 'all', chunkCount: 5 }, 4)).to.equal(true)
    expect(holdsChunk({ kind: 'all', chunkCount: 5 }, 5)).to.equal(false)
  })

  it('carries exactly the chunks held, as a bitfield or as ranges', () => {
    for (const length of [20, 40_000]) {
      fc.assert(
        fc.property(fc.uniqueArray(fc.nat(length - 1), { maxLength: 200 }), (indexes) => {
          const have = bitfieldOf(length, indexes)
          const set = overTheWire(have)
          const named = heldRanges(set).flatMap(({ first, count }) =>
            Array.from({ length: count }, (_, i) => first + i),
          )
          expect(named).to.deep.equal([...indexes].sort((a, b) => a - b))
          for (const index of indexes) expect(holdsChunk(set, index)).to.equal(true)
        }),
        { numRuns: 20 },
      )
    }
  })

  it('names the longest ranges when there are too many', () => {
    const have = new Bitfield(1_000_000)
    for (let i = 0; i < 2_000; i++) have.add(i * 10)
    for (let i = 900_000; i < 950_000; i++) have.add(i)
    const set = overTheWire(have)
    expect(heldRanges(set)).to.have.length(MAX_RANGES)
    expect(holdsChunk(set, 949_999)).to.equal(true)
  })

  it('refuses chunks outside the file, empty runs and bitfields of another size', () => {
    const bad: Chunks.$Properties[] = [
      { chunkCount: 10 },
      { chunkCount: 10, bitfield: new Uint8Array(3) },
      { chunkCount: 0xffff_ffff, bitfield: new Uint8Array(8) },
      { chunkCount: 10, ranges: { runs: [0, 11] } },
      { chunkCount: 10, ranges: { runs: [0, 0] } },
      { chunkCount: 10, ranges: { runs: [1] } },
      { chunkCount: 10_000, ranges: { runs: Array.from({ length: 2 * MAX_RANGES + 2 }, () => 1) } },
    ]
    for (const message of bad) {
      let code: string | undefined
      try {
        decodeChunkSet(Chunks.decode(Chunks.encode(message).finish()))
      } catch (error) {
        code = codeOf(error)
      }
      expect(code, JSON.stringify(message).slice(0, 80)).to.equal('DECODE_FAILED')
    }
  })
})
