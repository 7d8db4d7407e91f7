import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type LookupRequest,
  type LookupResponse,
} from '../../src/discovery/codec.ts'
import { Request, Response } from '../../src/discovery/messages.js'
import { MAX_HASHES_PER_PAGE, MAX_OFFERS_PER_REQUEST } from '../../src/discovery/protocol.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { FILE, SHA256 } from './fixtures.ts'

const REQUESTS: readonly LookupRequest[] = [
  { kind: 'offer', fileHash: FILE },
  { kind: 'manifest', fileHash: FILE, firstChunk: 0, maxCount: 1 },
  { kind: 'manifest', fileHash: FILE, firstChunk: 8192, maxCount: MAX_HASHES_PER_PAGE },
  { kind: 'alias', sha256: SHA256 },
  { kind: 'withdraw', record: new Uint8Array([1, 2, 3]) },
  { kind: 'offers', fileHashes: [FILE, FILE] },
]

const RESPONSES: readonly LookupResponse[] = [
  { kind: 'offer', offer: new Uint8Array([1]) },
  { kind: 'offer', offer: new Uint8Array([1]), header: new Uint8Array([2]) },
  { kind: 'manifest', headerBlock: new Uint8Array(54), firstChunk: 3, chunkHashes: new Uint8Array(64) },
  { kind: 'manifest', headerBlock: new Uint8Array(54), firstChunk: 0, chunkHashes: new Uint8Array(0) },
  { kind: 'alias', header: new Uint8Array([3]) },
  { kind: 'withdraw' },
  {
    kind: 'offers',
    files: [
      { offer: new Uint8Array([1]), headerBlock: new Uint8Array(54), chunkHashes: new Uint8Array(64) },
      undefined,
      {
        offer: new Uint8Array([1]),
        header: new Uint8Array([2]),
        headerBlock: new Uint8Array(0),
        chunkHashes: new Uint8Array(0),
      },
    ],
  },
  { kind: 'error', code: 'NOT_FOUND' },
  { kind: 'error', code: 'INVALID' },
  { kind: 'error', code: 'FAILED' },
]

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value, (_, field) => (field instanceof Uint8Array ? [...field] : field)))
}

describe('discovery/codec', () => {
  it('decodes what it encoded', () => {
    for (const request of REQUESTS) expect(plain(decodeRequest(encodeRequest(request)))).to.deep.equal(plain(request))
    for (const answer of RESPONSES) expect(plain(decodeResponse(encodeResponse(answer)))).to.deep.equal(plain(answer))
  })

  it('refuses fields outside their limits', () => {
    const badRequests = [
      {},
      { offer: {} },
      { offer: { fileHash: new Uint8Array(31) } },
      { manifest: { fileHash: new Uint8Array(32), maxCount: 0 } },
      { manifest: { fileHash: new Uint8Array(32), maxCount: MAX_HASHES_PER_PAGE + 1 } },
      { alias: { sha256: new Uint8Array(33) } },
      { offers: { fileHashes: [] } },
      { offers: { fileHashes: Array.from({ length: MAX_OFFERS_PER_REQUEST + 1 }, () => new Uint8Array(32)) } },
    ]
    for (const bad of badRequests)
      expect(() => decodeRequest(Request.encode(bad).finish()))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    const badResponses = [
      {},
      { manifest: { headerBlock: new Uint8Array(53), chunkHashes: new Uint8Array(32) } },
      { manifest: { headerBlock: new Uint8Array(54), chunkHashes: new Uint8Array(33) } },
      { manifest: { headerBlock: new Uint8Array(54), chunkHashes: new Uint8Array(32 * (MAX_HASHES_PER_PAGE + 1)) } },
      { offers: { files: [] } },
      { offers: { files: [{ offer: new Uint8Array(1), headerBlock: new Uint8Array(55) }] } },
      { offers: { files: [{ offer: new Uint8Array(1), chunkHashes: new Uint8Array(33) }] } },
    ]
    for (const bad of badResponses)
      expect(() => decodeResponse(Response.encode(bad).finish()))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('throws nothing but DecodeError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodeRequest, decodeResponse]) {
          try {
            decode(bytes)
          } catch (error) {
            expect(codeOf(error)).to.equal('DECODE_FAILED')
          }
        }
      }),
    )
  })
})
