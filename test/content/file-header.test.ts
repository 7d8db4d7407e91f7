import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeFileHeader,
  encodeFileHeader,
  FILE_HEADER_BYTES,
  fileHashOfHeader,
} from '../../src/content/file-header.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { MAX_FILE_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { cidOf } from '../../src/domain/cid.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { sha256 } from '../../src/system/sha256.ts'
import { contentVectors } from './content-vectors.ts'

const headers = fc.record({
  sizeBytes: fc.maxSafeNat().map((size) => size % (MAX_FILE_SIZE_BYTES + 1)),
  piecesRoot: fc.uint8Array({ minLength: 32, maxLength: 32 }),
})

describe('content/file-header', () => {
  it('hashes to the file hashes of the vectors', () => {
    for (const { sizeBytes, piecesRoot, fileHash } of contentVectors)
      expect(fileHashOfHeader({ sizeBytes, piecesRoot: fromHex(piecesRoot) })).to.equal(fileHash)
  })

  it('has a file hash whose CID is the true CID of the block', () => {
    const header = { sizeBytes: 7, piecesRoot: sha256(new Uint8Array(7)) }
    const block = encodeFileHeader(header)
    expect(toHex(cidOf(fileHashOfHeader(header)).multihash.digest)).to.equal(toHex(sha256(block)))
  })

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(headers, (header) => {
        const block = encodeFileHeader(header)
        expect(block.byteLength).to.equal(FILE_HEADER_BYTES)
        const decoded = decodeFileHeader(block)
        expect(decoded.sizeBytes).to.equal(header.sizeBytes)
        expect(toHex(decoded.piecesRoot)).to.equal(toHex(header.piecesRoot))
      }),
    )
  })

  it('throws only DecodeError, on random bytes and on damaged blocks', () => {
    const damaged = fc
      .tuple(headers, fc.nat(FILE_HEADER_BYTES - 1), fc.integer({ min: 1, max: 255 }))
      .map(([header, at, mask]) => encodeFileHeader(header).map((byte, i) => (i === at ? byte ^ mask : byte)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged), (bytes) => {
        try {
          decodeFileHeader(bytes)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
    )
  })

  it('refuses another magic, a wrong length and a size over the limit', () => {
    const block = encodeFileHeader({ sizeBytes: 1, piecesRoot: new Uint8Array(32) })
    const otherMagic = block.with(12, 0x32)
    const tooBig = block.with(14, 0xff)
    for (const bad of [otherMagic, tooBig, block.subarray(1), new Uint8Array(FILE_HEADER_BYTES + 1)])
      expect(() => decodeFileHeader(bad))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('refuses to encode what no file can be', () => {
    const piecesRoot = new Uint8Array(32)
    for (const sizeBytes of [-1, 0.5, Number.NaN, MAX_FILE_SIZE_BYTES + 1])
      expect(() => encodeFileHeader({ sizeBytes, piecesRoot })).to.throw(RangeError)
    expect(() => encodeFileHeader({ sizeBytes: 1, piecesRoot: new Uint8Array(31) })).to.throw(RangeError)
  })
})
