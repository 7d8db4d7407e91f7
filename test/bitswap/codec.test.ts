import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { decodeMessage, encodeMessage } from '../../src/bitswap/codec.ts'
import type { Message } from '../../src/bitswap/message.ts'
import { MAX_PAYEE_FRAME_BYTES, MAX_PAYER_FRAME_BYTES } from '../../src/bitswap/protocol.ts'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { formOf, RangeSet } from '../../src/in-band/have.ts'
import { readFrames } from '../../src/system/framing.ts'
import { SAMPLES } from './samples.ts'
import { jsonOf } from './vector-form.ts'

interface Vectors {
  readonly valid: readonly { name: string; message: unknown; frame: string }[]
  readonly invalid: readonly { name: string; body: string; code: string }[]
}
const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/messages.json', import.meta.url), 'utf8'))

async function decodeFrame(frame: Uint8Array): Promise<Message> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield frame
  }
  for await (const body of readFrames(source(), MAX_PAYEE_FRAME_BYTES)) return decodeMessage(body)
  throw new Error('no frame')
}

describe('bitswap/codec', () => {
  it('has a vector for every kind of message', () => {
    expect(vectors.valid.map(({ name }) => name)).to.deep.equal(Object.keys(SAMPLES))
  })

  for (const { name, message, frame } of vectors.valid) {
    it(`encodes and decodes: ${name}`, async () => {
      const decoded = await decodeFrame(fromHex(frame))
      expect(jsonOf(decoded)).to.deep.equal(message)
      expect(toHex(encodeMessage(decoded).slice())).to.equal(frame)
      const sample = SAMPLES[name]
      expect(sample !== undefined && toHex(encodeMessage(sample).slice())).to.equal(frame)
    })
  }

  for (const { name, body, code } of vectors.invalid) {
    it(`refuses: ${name}`, () => {
      expect(() => decodeMessage(new Uint8ArrayList(fromHex(body))))
        .to.throw()
        .with.property('code', code)
    })
  }

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

  it('throws nothing but DecodeError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeMessage(new Uint8ArrayList(bytes))
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('throws nothing but DecodeError for a message with one byte changed', () => {
    const bodies = vectors.valid.map(({ frame }) => fromHex(frame).subarray(fromHex(frame).byteLength > 129 ? 2 : 1))
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, change) => {
        const bytes = body.slice()
        const index = at % Math.max(1, bytes.byteLength)
        bytes[index] = (bytes[index] ?? 0) ^ change
        try {
          decodeMessage(new Uint8ArrayList(bytes))
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('sends a chunk without copying it', () => {
    const chunk = new Uint8Array(CHUNK_SIZE_BYTES)
    const frame = encodeMessage({ type: 'block', requestId: 1, credit: wei(0n), proof: [], chunk })
    expect([...frame].some((piece) => piece === chunk)).to.equal(true)
  })

  it('gives a received chunk memory of its own', () => {
    const message = SAMPLES['block']
    if (message === undefined) throw new Error('no sample')
    const body = encodeMessage(message).slice(1)
    const readBuffer = new Uint8Array(4_096)
    readBuffer.set(body, 100)
    const decoded = decodeMessage(new Uint8ArrayList(readBuffer.subarray(100, 100 + body.byteLength)))
    readBuffer.fill(0)
    expect(decoded.type === 'block' && [...decoded.chunk]).to.deep.equal([1, 2, 3])
  })

  it('keeps every message of a payer inside the frame limit', () => {
    for (const message of Object.values(SAMPLES))
      if (['want', 'pay', 'cancel', 'payer-hello', 'quote-request', 'close-channel'].includes(message.type))
        expect(encodeMessage(message).byteLength).to.be.lessThan(MAX_PAYER_FRAME_BYTES / 2)
  })
})

describe('bitswap/have', () => {
  it('sends any set in a form that means the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.array(fc.nat({ max: 399 })), (length, indexes) => {
        const set = new Bitfield(length)
        for (const index of indexes) set.add(index)
        const form = formOf(set)
        const back = form.kind === 'ranges' ? new RangeSet(length, form.ranges) : new Bitfield(length, form.bitfield)
        expect(back.count).to.equal(set.count)
        for (let i = -1; i <= length; i++) expect(back.has(i)).to.equal(set.has(i))
      }),
    )
  })

  it('says a whole file in one range, however large', () => {
    const form = formOf({ length: 2 ** 32 - 1, count: 2 ** 32 - 1, has: () => true })
    expect(form).to.deep.equal({ kind: 'ranges', ranges: [{ first: 0, count: 2 ** 32 - 1 }] })
  })

  it('cuts the ranges of a file too large for a bitfield', () => {
    const form = formOf({ length: 2 ** 32 - 1, count: 2 ** 31, has: (index) => index % 2 === 0 })
    expect(form.kind === 'ranges' && form.ranges.length).to.equal(4_096)
  })
})
