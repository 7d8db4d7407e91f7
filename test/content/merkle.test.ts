import { expect } from 'chai'
import fc from 'fast-check'
import {
  chunkHashOf,
  createChunkTree,
  MAX_PROOF_HASHES,
  proofLength,
  proveChunk,
  rootOf,
  verifyProof,
} from '../../src/content/merkle.ts'
import { toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, MAX_FILE_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { sha256 } from '../../src/system/sha256.ts'
import { chunksOf, contentVectors, vectorContent } from './content-vectors.ts'

describe('content/merkle', () => {
  for (const vector of contentVectors)
    it(`agrees with libtorrent on a file of ${vector.sizeBytes} bytes`, () => {
      const content = vectorContent(vector.sizeBytes)
      expect(toHex(sha256(content))).to.equal(vector.sha256)
      const hashes = chunksOf(content).map((chunk) => chunkHashOf(chunk, vector.sizeBytes))
      expect(hashes.map(toHex)).to.deep.equal(vector.chunkHashes)
      expect(toHex(rootOf(hashes))).to.equal(vector.piecesRoot)
    })

  const trees = fc
    .array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 })
    .chain((chunkHashes) =>
      fc.record({ chunkHashes: fc.constant(chunkHashes), chunkIndex: fc.nat(chunkHashes.length - 1) }),
    )

  it('proves every chunk of every tree, and proofs have the length the size gives', () => {
    fc.assert(
      fc.property(trees, ({ chunkHashes, chunkIndex }) => {
        const claim = claimFor(chunkHashes, chunkIndex)
        return claim.proof.length === proofLength(claim.sizeBytes) && verifyProof(claim)
      }),
    )
  })

  it('rejects a proof with any one bit flipped, in the hash, the root or a sibling', () => {
    fc.assert(
      fc.property(trees, fc.nat(), ({ chunkHashes, chunkIndex }, where) => {
        const claim = claimFor(chunkHashes, chunkIndex)
        const parts = [claim.chunkHash, claim.piecesRoot, ...claim.proof].map((part) => part.slice())
        const bit = where % (parts.length * 256)
        const part = parts[bit >> 8] ?? new Uint8Array()
        const at = (bit & 255) >> 3
        part[at] = (part[at] ?? 0) ^ (1 << (bit & 7))
        const [chunkHash = part, piecesRoot = part, ...proof] = parts
        return !verifyProof({ ...claim, chunkHash, piecesRoot, proof })
      }),
    )
  })

  it('rejects a proof for another index, another size, too short or too long', () => {
    const chunkHashes = Array.from({ length: 5 }, (_, i) => sha256(Uint8Array.of(i)))
    const claim = claimFor(chunkHashes, 2)
    expect(verifyProof(claim)).to.equal(true)
    for (const chunkIndex of [-1, 0, 1, 3, 4, 5, 2.5, Number.NaN])
      expect(verifyProof({ ...claim, chunkIndex }), `index ${chunkIndex}`).to.equal(false)
    expect(verifyProof({ ...claim, sizeBytes: 4 * CHUNK_SIZE_BYTES })).to.equal(false)
    expect(verifyProof({ ...claim, proof: claim.proof.slice(1) })).to.equal(false)
    expect(verifyProof({ ...claim, proof: [...claim.proof, sha256(new Uint8Array())] })).to.equal(false)
    expect(verifyProof({ ...claim, proof: claim.proof.map((hash) => hash.subarray(1)) })).to.equal(false)
  })

  it('does not take an inner node for a chunk hash', () => {
    const chunkHashes = Array.from({ length: 4 }, (_, i) => sha256(Uint8Array.of(i)))
    const tree = createChunkTree(chunkHashes)
    const [, parentSibling = new Uint8Array()] = tree.prove(0)
    const inner = createChunkTree(chunkHashes.slice(0, 2)).root
    const claim = { piecesRoot: tree.root, sizeBytes: 4 * CHUNK_SIZE_BYTES, chunkIndex: 0, chunkHash: inner }
    expect(verifyProof({ ...claim, proof: [parentSibling] })).to.equal(false)
  })

  it('has one bound for every proof', () => {
    expect(proofLength(MAX_FILE_SIZE_BYTES)).to.equal(MAX_PROOF_HASHES)
    expect([0, 1, CHUNK_SIZE_BYTES, CHUNK_SIZE_BYTES + 1].map(proofLength)).to.deep.equal([0, 0, 0, 1])
  })

  it('refuses to prove a chunk that is not there', () => {
    expect(() => proveChunk([sha256(new Uint8Array())], 1)).to.throw(RangeError)
    expect(() => proveChunk([], 0)).to.throw(RangeError)
  })
})

function claimFor(chunkHashes: readonly Uint8Array[], chunkIndex: number) {
  return {
    piecesRoot: rootOf(chunkHashes),
    sizeBytes: chunkHashes.length * CHUNK_SIZE_BYTES,
    chunkIndex,
    chunkHash: chunkHashes[chunkIndex] ?? new Uint8Array(),
    proof: proveChunk(chunkHashes, chunkIndex),
  }
}
