import { expect } from 'chai'
import { concatBytes, fromHex, toHex } from '../../../../src/domain/bytes.ts'
import { Rc4 } from '../../../../src/public-protocols/bittorrent/encryption/rc4.ts'

/** RFC 6229 §2: the key stream from byte 1,024 on. */
const VECTORS = [
  ['0102030405', '30abbcc7c20b01609f23ee2d5f6bb7df'],
  ['0102030405060708090a0b0c0d0e0f10', 'bdf0324e6083dcc6d3cedd3ca8c53c16'],
] as const

describe('public-protocols/bittorrent/encryption/rc4', () => {
  for (const [key, stream] of VECTORS)
    it(`makes the stream of RFC 6229 for a key of ${key.length / 2} bytes, without its first 1,024 bytes`, () => {
      expect(toHex(new Rc4(fromHex(key)).apply(new Uint8Array(16)))).to.equal(stream)
    })

  it('goes on where it was, and leaves what it was given as it is', () => {
    const [whole, parts] = [new Rc4(Uint8Array.of(7)), new Rc4(Uint8Array.of(7))]
    const text = new Uint8Array(100).fill(5)
    const inPieces = [text.subarray(0, 1), text.subarray(1, 64), text.subarray(64)].map((part) => parts.apply(part))
    expect(concatBytes(...inPieces)).to.deep.equal(whole.apply(text))
    expect(text.every((byte) => byte === 5)).to.equal(true)
  })
})
