import { expect } from 'chai'
import { decodeMessage, encodeMessage } from '../../src/bitswap/codec.ts'
import { MAX_PAYEE_FRAME_BYTES, MAX_PAYER_FRAME_BYTES } from '../../src/bitswap/protocol.ts'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { itIsACodec } from '../in-band/codec-suite.ts'
import { SAMPLES } from './samples.ts'

describe('bitswap/codec', () => {
  itIsACodec({
    vectors: 'messages.json',
    samples: SAMPLES,
    encode: encodeMessage,
    decode: decodeMessage,
    maxFrameBytes: MAX_PAYEE_FRAME_BYTES,
  })

  it('refuses a chunk of more than 256 KiB', () => {
    const body = encodeMessage({
      type: 'block',
      requestId: 1,
      credit: wei(0n),
      proof: [],
      chunk: new Uint8Array(CHUNK_SIZE_BYTES + 1),
    })
    expect(() => decodeMessage(body.sublist(3)))
      .to.throw()
      .with.property('code', 'DECODE_FAILED')
  })

  it('sends a chunk without copying it', () => {
    const chunk = new Uint8Array(CHUNK_SIZE_BYTES)
    const frame = encodeMessage({ type: 'block', requestId: 1, credit: wei(0n), proof: [], chunk })
    expect([...frame].some((piece) => piece === chunk)).to.equal(true)
  })

  it('keeps every message of a payer inside the frame limit', () => {
    for (const message of Object.values(SAMPLES))
      if (
        ['want', 'pay', 'cancel', 'payer-hello', 'quote-request', 'close-channel', 'grant-request'].includes(
          message.type,
        )
      )
        expect(encodeMessage(message).byteLength).to.be.lessThan(MAX_PAYER_FRAME_BYTES / 2)
  })
})
