import { expect } from 'chai'
import fc from 'fast-check'
import { FILE_HEADER_BYTES, fileHashOfHeader } from '../../src/content/file-header.ts'
import {
  createManifest,
  decodeManifest,
  encodeManifest,
  Manifest,
  manifestLength,
  verifyManifest,
} from '../../src/content/manifest.ts'
import { rootOf } from '../../src/content/merkle.ts'
import { concatBytes, fromHex, toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { sha256 } from '../../src/system/sha256.ts'
import { contentVectors } from './content-vectors.ts'

const manifests = contentVectors.map((vector) =>
  createManifest({ sizeBytes: vector.sizeBytes, chunkHashes: vector.chunkHashes.map(fromHex) }),
)
const some = createManifest({
  sizeBytes: 4 * CHUNK_SIZE_BYTES + 9,
  chunkHashes: Array.from({ length: 5 }, (_, i) => sha256(Uint8Array.of(i))),
})

describe('content/manifest', () => {
  it('has the file hash of the vectors', () => {
    expect(manifests.map((manifest) => manifest.fileHash)).to.deep.equal(contentVectors.map((v) => v.fileHash))
  })

  it('verifies what it encodes', () => {
    for (const manifest of [...manifests, some]) {
      const bytes = encodeManifest(manifest)
      expect(bytes.byteLength).to.equal(manifestLength(manifest.sizeBytes))
      const again = verifyManifest(bytes, manifest.fileHash)
      expect(toHex(encodeManifest(again))).to.equal(toHex(bytes))
    }
  })

  it('rejects the forged 64-byte manifest', () => {
    // BEP 52's root of a two-chunk file is SHA-256 of two hashes: 64 bytes that, as a file, have the same root.
    const original = createManifest({
      sizeBytes: 2 * CHUNK_SIZE_BYTES,
      chunkHashes: [sha256(Uint8Array.of(1)), sha256(Uint8Array.of(2))],
    })
    const forgedFile = concatBytes(...original.chunkHashes)
    const forged = { sizeBytes: 64, piecesRoot: original.piecesRoot, chunkHashes: [sha256(forgedFile)] }
    expect(toHex(rootOf(forged.chunkHashes))).to.equal(toHex(original.piecesRoot))
    expect(fileHashOfHeader(forged)).not.to.equal(original.fileHash)
    expect(() => verifyManifest(encodeManifest(forged), original.fileHash))
      .to.throw()
      .with.property('code', 'MANIFEST_INVALID')
  })

  it('rejects a forged size, count, root or hash', () => {
    const forgeries = [
      { ...some, sizeBytes: some.sizeBytes - 1 },
      { ...some, sizeBytes: some.sizeBytes + CHUNK_SIZE_BYTES },
      { ...some, chunkHashes: some.chunkHashes.slice(1) },
      { ...some, chunkHashes: [...some.chunkHashes, sha256(new Uint8Array())] },
      { ...some, chunkHashes: some.chunkHashes.map((hash) => hash.subarray(1)) },
      { ...some, chunkHashes: some.chunkHashes.toReversed() },
      { ...some, piecesRoot: sha256(new Uint8Array()) },
      { ...some, sizeBytes: 64, piecesRoot: some.piecesRoot, chunkHashes: [some.piecesRoot] },
    ]
    for (const forged of forgeries)
      expect(() => Manifest.verify(forged, some.fileHash))
        .to.throw()
        .with.property('code', 'MANIFEST_INVALID')
  })

  it('rejects an encoded manifest with any byte changed, added or removed', () => {
    const bytes = encodeManifest(some)
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = bytes.with(at, (bytes[at] ?? 0) ^ mask)
        for (const bad of [changed, bytes.subarray(0, at), concatBytes(bytes, Uint8Array.of(mask))])
          expect(() => verifyManifest(bad, some.fileHash))
            .to.throw()
            .with.property('code', 'MANIFEST_INVALID')
      }),
    )
  })

  it("rejects another file's manifest", () => {
    const other = parseFileHash('ab'.repeat(32))
    expect(() => verifyManifest(encodeManifest(some), other))
      .to.throw()
      .with.property('code', 'MANIFEST_INVALID')
  })

  it('throws only DecodeError when decoding random bytes', () => {
    const header = encodeManifest(some).subarray(0, FILE_HEADER_BYTES)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((tail) => concatBytes(header, tail)),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          decodeManifest(input)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
    )
  })

  it('stays what it was when the buffer it came from is reused', () => {
    const bytes = encodeManifest(some)
    const manifest = verifyManifest(bytes, some.fileHash)
    bytes.fill(0)
    expect(toHex(encodeManifest(manifest))).to.equal(toHex(encodeManifest(some)))
  })

  it('is only made by verification', () => {
    expect(Manifest.isManifest(some)).to.equal(true)
    expect(Manifest.isManifest({ ...some })).to.equal(false)
  })
})
