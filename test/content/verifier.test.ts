import { expect } from 'chai'
import { createManifest } from '../../src/content/manifest.ts'
import { verifyChunk } from '../../src/content/verifier.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunksOf, contentVectors, vectorContent } from './content-vectors.ts'

describe('content/verifier', () => {
  for (const vector of contentVectors)
    it(`accepts every chunk of a file of ${vector.sizeBytes} bytes, and none that is changed or cut`, () => {
      const manifest = createManifest({ ...vector, chunkHashes: vector.chunkHashes.map(fromHex) })
      for (const [index, chunk] of chunksOf(vectorContent(vector.sizeBytes)).entries()) {
        expect(verifyChunk(manifest, index, chunk)).to.equal(true)
        const last = chunk.byteLength - 1
        expect(verifyChunk(manifest, index, chunk.with(last, (chunk[last] ?? 0) ^ 1))).to.equal(false)
        expect(verifyChunk(manifest, index, chunk.subarray(1))).to.equal(false)
        expect(verifyChunk(manifest, index + 1, chunk)).to.equal(false)
      }
      expect(verifyChunk(manifest, -1, new Uint8Array())).to.equal(false)
      expect(verifyChunk(manifest, manifest.chunkHashes.length, new Uint8Array())).to.equal(false)
    })

  it('refuses a last chunk that is padded with zeros to full length', () => {
    const vector = contentVectors.find((v) => v.sizeBytes === CHUNK_SIZE_BYTES - 1)
    const manifest = createManifest({
      sizeBytes: CHUNK_SIZE_BYTES - 1,
      chunkHashes: (vector?.chunkHashes ?? []).map(fromHex),
    })
    expect(verifyChunk(manifest, 0, vectorContent(CHUNK_SIZE_BYTES))).to.equal(false)
  })
})
