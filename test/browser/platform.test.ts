import { posix } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import * as path from '../../src/browser/platform/path.ts'
import * as browserSha256 from '../../src/browser/platform/sha256.ts'
import * as browserSigner from '../../src/browser/platform/signer.ts'
import * as browserTransports from '../../src/browser/platform/transports.ts'
import * as transports from '../../src/network/transports.ts'
import * as sha256 from '../../src/system/sha256.ts'
import * as signer from '../../src/system/signer.ts'
import { seededRandom } from '../support/seeded-random.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const key = bytes32.filter((bytes) => bytes.some((byte) => byte !== 0) && bytes[0] !== 0xff)

describe('browser/platform', () => {
  it('has all that the files have that it replaces', () => {
    for (const [ours, theirs] of [
      [browserSha256, sha256],
      [browserSigner, signer],
      [browserTransports, transports],
    ])
      expect(ours).to.have.all.keys(...Object.keys(theirs ?? {}))
  })

  it('hashes as Node does, at once and in pieces, several at a time', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.uint8Array(), (pieces, other) => {
        expect(browserSha256.sha256(other)).to.deep.equal(new Uint8Array(sha256.sha256(other)))
        const [ours, theirs, besides] = [
          browserSha256.createSha256(),
          sha256.createSha256(),
          browserSha256.createSha256(),
        ]
        for (const piece of pieces) {
          ours.update(piece)
          theirs.update(piece)
          besides.update(other)
        }
        expect(ours.digest()).to.deep.equal(new Uint8Array(theirs.digest()))
      }),
    )
  })

  it('signs the very bytes that the native library does, and recovers what that recovers', () => {
    fc.assert(
      fc.property(key, bytes32, bytes32, (privateKey, digest, other) => {
        const [ours, theirs] = [browserSigner.createSigner(privateKey), signer.createSigner(privateKey)]
        expect(ours.address).to.equal(theirs.address)
        const signature = ours.signDigest(digest)
        expect(signature).to.deep.equal(theirs.signDigest(digest))
        expect(browserSigner.recoverSigner(digest, signature)).to.equal(ours.address)
        expect(browserSigner.recoverSigner(other, signature)).to.equal(signer.recoverSigner(other, signature))
        expect(browserSigner.isSignedBy(theirs.address, digest, signature)).to.equal(true)
        expect(browserSigner.isSignedBy(theirs.address, other, signature)).to.equal(false)
      }),
      { numRuns: 30 },
    )
  })

  it('recovers nobody where the native library does not', () => {
    const random = seededRandom('signatures')
    const digest = random.bytes(32)
    const rubbish = [new Uint8Array(64), new Uint8Array(64).fill(0xff), random.bytes(63), random.bytes(65)]
    for (const signature of [...rubbish, ...Array.from({ length: 50 }, () => random.bytes(64))])
      expect(browserSigner.recoverSigner(digest, signature)).to.equal(signer.recoverSigner(digest, signature))
  })

  it('takes absolute paths apart as POSIX does', () => {
    for (const name of ['/', '/a', '/a/b.txt', '/a//b/', '/a/../b', '/a/./b', '/../a']) {
      expect(path.resolve(name), name).to.equal(posix.resolve(name))
      expect(path.dirname(path.resolve(name)), name).to.equal(posix.dirname(posix.resolve(name)))
      expect(path.basename(name), name).to.equal(posix.basename(posix.resolve(name)))
      expect(path.join(name, 'c'), name).to.equal(posix.resolve(name, 'c'))
    }
  })
})
