import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { parseFileHash } from '../../src/domain/ids.ts'
import { MAX_CODE_LENGTH, MAX_PROOF_HASHES, MAX_RECENT_CHUNKS, MAX_SIGNATURE_BYTES } from '../../src/in-band/limits.ts'
import type { AccountStatus } from '../../src/in-band/payments.ts'
import { decodeMessage, encodeMessage } from '../../src/webrpc/codec.ts'
import type { Message, SentChunk } from '../../src/webrpc/message.ts'
import {
  MAX_FILES_PER_REQUEST,
  MAX_PAYEE_FRAME_BYTES,
  MAX_PAYER_FRAME_BYTES,
  MAX_RANGES_PER_REQUEST,
} from '../../src/webrpc/protocol.ts'
import { itIsACodec } from '../in-band/codec-suite.ts'
import { PAYEE, PAYER } from '../in-band/fake-accounts.ts'
import { FILE } from '../in-band/shelf.ts'
import { SAMPLES, SESSION_ID } from './samples.ts'

const files = (count: number) =>
  Array.from({ length: count }, (_, index) => parseFileHash(index.toString(16).padStart(64, '0')))
/** As many as fit one message, as long as they can be. */
const manyRanges = Array.from({ length: MAX_RANGES_PER_REQUEST }, (_, index) => ({
  first: 4_000_000_000 + 2 * index,
  count: 1,
}))
const signature = new Uint8Array(MAX_SIGNATURE_BYTES).fill(1)
const most = wei(2n ** 96n - 1n)
const fullStatus: AccountStatus = {
  vouchered: most,
  committed: most,
  credit: most,
  spendable: most,
  recent: Array.from({ length: MAX_RECENT_CHUNKS }, () => ({ fileHash: FILE, chunkIndex: 4_294_967_295 })),
}
const largest: SentChunk = {
  requestId: 4_294_967_295,
  chunkIndex: 4_294_967_295,
  credit: most,
  proof: Array.from({ length: MAX_PROOF_HASHES }, () => new Uint8Array(32).fill(7)),
  chunk: new Uint8Array(CHUNK_SIZE_BYTES),
}

/** The frame's message without the length in front. */
function roundTrip(message: Message): Message {
  const frame = encodeMessage(message)
  let head = 1
  while ((frame.get(head - 1) & 0x80) !== 0) head++
  return decodeMessage(frame.sublist(head))
}

describe('webrpc/codec', () => {
  itIsACodec({
    vectors: 'webrpc.json',
    samples: SAMPLES,
    encode: encodeMessage,
    decode: decodeMessage,
    maxFrameBytes: MAX_PAYEE_FRAME_BYTES,
  })

  const payers: Readonly<Record<string, Message>> = {
    'a session request for 64 files with the longest proof': {
      type: 'session-request',
      sessionId: SESSION_ID,
      proof: { channel: { payer: PAYER, payee: PAYEE, salt: 2n ** 96n - 1n }, signature },
      files: files(MAX_FILES_PER_REQUEST),
      window: 256,
    },
    'a chunk request with 256 ranges': {
      type: 'chunk-request',
      requestId: 4_294_967_295,
      fileHash: FILE,
      quoteId: 4_294_967_295,
      ranges: manyRanges,
      wantProof: true,
    },
    'a cancel of 256 ranges': { type: 'cancel', requestId: 4_294_967_295, ranges: manyRanges },
    'a quote request for 64 files': { type: 'quote-request', requestId: 1, files: files(MAX_FILES_PER_REQUEST) },
  }
  for (const [name, message] of Object.entries(payers))
    it(`keeps inside a payer's frame: ${name}`, () => {
      expect(encodeMessage(message).byteLength).to.be.at.most(MAX_PAYER_FRAME_BYTES)
      expect(roundTrip(message)).to.deep.equal(message)
    })

  const payees: Readonly<Record<string, Message>> = {
    'a chunk with the longest proof': { type: 'chunk-data', ...largest },
    'a file response with the longest proof': {
      type: 'file-response',
      ...largest,
      isLastChunk: true,
      nextChunkHash: new Uint8Array(32).fill(1),
    },
    'a refusal of 256 ranges with the fullest status': {
      type: 'withheld',
      requestId: 4_294_967_295,
      ranges: manyRanges,
      code: 'X'.repeat(MAX_CODE_LENGTH),
      quote: { quoteId: 4_294_967_295, pricePerMiB: most, validForMs: 86_400_000 },
      status: fullStatus,
    },
  }
  for (const [name, message] of Object.entries(payees))
    it(`keeps inside a payee's frame: ${name}`, () => {
      expect(encodeMessage(message).byteLength).to.be.at.most(MAX_PAYEE_FRAME_BYTES)
      expect(roundTrip(message)).to.deep.equal(message)
    })

  for (const count of [1, 2, MAX_FILES_PER_REQUEST])
    it(`answers about ${count} large files, partly held, in one frame`, () => {
      const length = 2_097_152
      const have = new Bitfield(length)
      for (let i = 0; i < length; i += 2) have.add(i)
      const signed = { expiresAt: 4_294_967_295, signature: new Uint8Array(64).fill(1) }
      const terms = { quoteId: 4_294_967_295, pricePerMiB: most, validForMs: 86_400_000, signed }
      const quotes = files(count).map((fileHash) => ({ fileHash, offer: { terms, have } }))
      const response: Message = {
        type: 'session-response',
        sessionId: SESSION_ID,
        resumed: true,
        quotes,
        status: fullStatus,
      }
      expect(encodeMessage(response).byteLength).to.be.at.most(MAX_PAYEE_FRAME_BYTES)
      const back = roundTrip(response)
      if (back.type !== 'session-response') throw new Error('another message')
      for (const { offer } of back.quotes) {
        expect(offer?.have.length).to.equal(length)
        expect(offer?.have.count).to.be.within(1, have.count)
        expect(offer?.have.has(1)).to.equal(false)
      }
    })

  it('refuses a chunk of more than 256 KiB', () => {
    const chunk = new Uint8Array(CHUNK_SIZE_BYTES + 1)
    const sent = { requestId: 1, chunkIndex: 0, credit: wei(0n), proof: [], chunk }
    for (const message of [
      { type: 'chunk-data', ...sent },
      { type: 'file-response', ...sent, isLastChunk: true },
    ] as const)
      expect(() => roundTrip(message))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('sends a chunk without copying it', () => {
    const chunk = new Uint8Array(CHUNK_SIZE_BYTES)
    const sent = { requestId: 1, chunkIndex: 0, credit: wei(0n), proof: [], chunk }
    const frames = [
      encodeMessage({ type: 'chunk-data', ...sent }),
      encodeMessage({ type: 'file-response', ...sent, isLastChunk: false }),
    ]
    for (const frame of frames) expect([...frame].some((piece) => piece === chunk)).to.equal(true)
  })
})
