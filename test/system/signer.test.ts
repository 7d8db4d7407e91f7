import { secp256k1 } from '@noble/curves/secp256k1.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { bigintToBytes, bytesToBigint, concatBytes } from '../../src/domain/bytes.ts'
import { createSigner, isSignedBy, recoverSigner } from '../../src/system/signer.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const privateKey = bytes32.filter(
  (bytes) => bytesToBigint(bytes) > 0n && bytesToBigint(bytes) < secp256k1.Point.Fn.ORDER,
)

const OTHER = createSigner(new Uint8Array(32).fill(1)).address

describe('system/signer', () => {
  it('signs as an independent implementation does, and is recovered', () => {
    fc.assert(
      fc.property(privateKey, bytes32, (key, digest) => {
        const signer = createSigner(key)
        const signature = signer.signDigest(digest)
        const expected = secp256k1.sign(digest, key, { prehash: false, format: 'recovered' })
        const compact = signature.slice()
        compact[32] = (compact[32] ?? 0) & 0x7f
        expect(compact).to.deep.equal(expected.slice(1))
        expect((signature[32] ?? 0) >> 7).to.equal(expected[0])
        expect(recoverSigner(digest, signature)).to.equal(signer.address)
        expect(isSignedBy(signer.address, digest, signature)).to.equal(true)
        expect(isSignedBy(OTHER, digest, signature)).to.equal(false)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses the malleable twin of a signature, other lengths and rubbish', () => {
    const signer = createSigner(new Uint8Array(32).fill(7))
    const digest = new Uint8Array(32).fill(9)
    const signature = signer.signDigest(digest)
    const s = bytesToBigint(signature.slice(32)) & ((1n << 255n) - 1n)
    const highS = concatBytes(signature.slice(0, 32), bigintToBytes(secp256k1.Point.Fn.ORDER - s, 32))
    expect(recoverSigner(digest, highS)).to.not.equal(signer.address)
    expect(recoverSigner(digest, signature.slice(1))).to.equal(undefined)
    expect(recoverSigner(digest, new Uint8Array(64))).to.equal(undefined)
    // The compact form has 255 bits for s, so only an s between half the order and 2^255 is both writable and high.
    const justAboveHalf = bigintToBytes(secp256k1.Point.Fn.ORDER / 2n + 1n, 32)
    expect(recoverSigner(digest, concatBytes(signature.slice(0, 32), justAboveHalf))).to.equal(undefined)
    for (const wrong of [highS, signature.slice(1), concatBytes(signature, Uint8Array.of(0)), new Uint8Array(64)])
      expect(isSignedBy(signer.address, digest, wrong)).to.equal(false)
    fc.assert(fc.property(fc.uint8Array(), (noise) => recoverSigner(digest, noise) !== signer.address))
  })
})
