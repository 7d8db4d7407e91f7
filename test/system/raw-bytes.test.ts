import { expect } from 'chai'
import { rawBytes } from '../../src/system/raw-bytes.ts'

describe('system/raw-bytes', () => {
  it('is memory of its own, of this length and no more', () => {
    const [one, other] = [rawBytes(100), rawBytes(100)]
    expect(one.buffer).to.not.equal(other.buffer)
    expect([one.byteOffset, one.byteLength, one.buffer.byteLength]).to.deep.equal([0, 100, 100])
    expect(Buffer.isBuffer(one)).to.equal(false)
  })
})
