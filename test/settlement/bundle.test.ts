import { expect } from 'chai'
import { concatBytes, toHex } from '../../src/domain/bytes.ts'
import { type FileHash, fileHashBytes, parseFileHash } from '../../src/domain/ids.ts'
import { bundleOf } from '../../src/settlement/bundle.ts'
import { keccak256 } from '../../src/system/keccak.ts'

const [A, B, C] = [idOf('0a'), idOf('b0'), idOf('ff')]

function idOf(byte: string): FileHash {
  return parseFileHash(byte.repeat(32))
}

describe('settlement/bundle', () => {
  it('is the id of the one file', () => {
    expect(bundleOf([A])).to.equal(A)
    expect(bundleOf([A, A])).to.equal(A)
  })

  it('is of several files the hash of their ids in ascending order, however they are given', () => {
    const expected = toHex(keccak256(concatBytes(...[A, B, C].map(fileHashBytes))))
    expect(bundleOf([C, A, B, A])).to.equal(expected)
    expect(bundleOf([A, B])).to.not.equal(expected)
  })

  it('is of nothing an error of whoever asks', () => {
    expect(() => bundleOf([])).to.throw(RangeError)
  })
})
