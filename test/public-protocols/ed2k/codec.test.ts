import { deflateSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import { DecodeError } from '../../../src/domain/errors.ts'
import { decodeMessage } from '../../../src/public-protocols/ed2k/decode-message.ts'
import { parseEd2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { dataHead, encodeMessage } from '../../../src/public-protocols/ed2k/encode-message.ts'
import { type Frame, FrameReader } from '../../../src/public-protocols/ed2k/frames.ts'
import { MAX_ANSWER_FRAME_BYTES } from '../../../src/public-protocols/ed2k/limits.ts'
import type { Message } from '../../../src/public-protocols/ed2k/messages.ts'
import { readTag, writeTag } from '../../../src/public-protocols/ed2k/tags.ts'
import { WireReader } from '../../../src/public-protocols/ed2k/wire-reader.ts'
import { WireWriter } from '../../../src/public-protocols/ed2k/wire-writer.ts'
import { plain } from '../../support/ed2k-captures.ts'
import vectors from '../../vectors/ed2k.json' with { type: 'json' }

const HASH = parseEd2kHash('00'.repeat(16))

function framesIn(bytes: Uint8Array, maxBytes = MAX_ANSWER_FRAME_BYTES): Frame[] {
  return [...new FrameReader(maxBytes).push(bytes)]
}

function messagesIn(bytes: Uint8Array): (Message | undefined)[] {
  return framesIn(bytes).map(decodeMessage)
}

describe('public-protocols/ed2k: codec', () => {
  for (const { name, frame, message, only } of vectors.messages as readonly (typeof vectors.messages)[number][] &
    readonly { readonly only?: string }[])
    it(`reads and writes: ${name}`, () => {
      const [read, ...more] = messagesIn(fromHex(frame))
      expect(more).to.deep.equal([])
      if (read === undefined) throw new Error('it is not known')
      expect(plain(read)).to.deep.equal(message)
      if (only === undefined) expect(toHex(encodeMessage(read))).to.equal(frame)
    })

  for (const { name, frame } of vectors.bad)
    it(`refuses: ${name}`, () => {
      expect(() => messagesIn(fromHex(frame))).to.throw(DecodeError)
    })

  it('cuts frames out of bytes however they come', () => {
    const stream = fromHex(vectors.messages.map(({ frame }) => frame).join(''))
    const whole = framesIn(stream).map(plain)
    expect(whole.length).to.equal(vectors.messages.length)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 200 }), (lengths) => {
        const reader = new FrameReader(MAX_ANSWER_FRAME_BYTES)
        const frames: unknown[] = []
        let at = 0
        for (let turn = 0; at < stream.byteLength; turn++) {
          const length = lengths[turn % lengths.length] ?? 1
          for (const frame of reader.push(stream.subarray(at, at + length))) frames.push(plain(frame))
          at += length
        }
        expect(frames).to.deep.equal(whole)
      }),
      { numRuns: 50 },
    )
  })

  it('reads any bytes as messages or refuses them with a DecodeError, and nothing else', () => {
    const known = vectors.messages.map(({ frame }) => fromHex(frame))
    const broken = fc
      .tuple(fc.constantFrom(...known), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }), fc.nat(400))
      .map(([frame, changes, length]) => {
        const bytes = frame.slice(0, 6 + (length % frame.byteLength))
        for (const [at, value] of changes) if (at < bytes.byteLength) bytes[at] = value
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), broken), (bytes) => {
        try {
          messagesIn(bytes)
        } catch (error) {
          expect(error).to.be.instanceOf(DecodeError)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('unpacks what is packed, and no more than the limit of a frame', () => {
    const packed = (payload: Uint8Array): Uint8Array => {
      const bytes = deflateSync(payload)
      const head = Uint8Array.of(0xd4, 0, 0, 0, 0, 0x60)
      new DataView(head.buffer).setUint32(1, bytes.byteLength + 1, true)
      return Uint8Array.from([...head, ...bytes])
    }
    const [frame] = framesIn(packed(Uint8Array.of(1, 2)))
    expect(frame && decodeMessage(frame)).to.deep.equal({ kind: 'rank', rank: 513 })
    const bomb = packed(new Uint8Array(10 * 2 ** 20))
    expect(bomb.byteLength).to.be.lessThan(20_000)
    expect(() => framesIn(bomb, 32_768)).to.throw(DecodeError)
    expect(() => framesIn(Uint8Array.from([0xd4, 4, 0, 0, 0, 0x60, 1, 2, 3]))).to.throw(DecodeError)
  })

  it('passes over messages that it does not know', () => {
    expect(messagesIn(fromHex('e30100000099c50100000001'))).to.deep.equal([undefined, undefined])
  })

  it('writes the head of bytes as it writes the message', () => {
    for (const start of [0, 2 ** 32 - 2]) {
      const data = Uint8Array.of(1, 2, 3)
      const message = encodeMessage({ kind: 'data', hash: HASH, start, data })
      expect(toHex(dataHead(HASH, { start, end: start + 3 })) + toHex(data)).to.equal(toHex(message))
    }
  })

  it('reads tags of every type, in both forms', () => {
    const read = (hex: string): unknown => plain(readTag(new WireReader(fromHex(hex))).value)
    const body = { '01': '00'.repeat(16), '03': '01000000', '04': '0000803f', '05': '01', '08': '0200', '09': '03' }
    for (const [type, value] of Object.entries(body)) {
      const compact = (Number.parseInt(type, 16) | 0x80).toString(16)
      expect(read(`${type}0100fa${value}`)).to.deep.equal(read(`${compact}fa${value}`))
    }
    expect(read('030200616205000000')).to.equal(5)
    expect(read('930161626300')).to.equal('abc')
    expect(read('0701000103000000aabbcc')).to.equal('aabbcc')
    expect(read('0a01000102aabb')).to.equal('aabb')
    expect(readTag(new WireReader(fromHex('0b010001ffffffffffffffff'))).value).to.equal(2n ** 64n - 1n)
  })

  it('reads the tags that it writes', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 40, unit: 'grapheme' }).map((text) => ({ value: text })),
      fc
        .constantFrom(1 as const, 2 as const, 4 as const)
        .chain((width) => fc.nat(2 ** (8 * Math.min(width, 3)) - 1).map((number) => ({ value: number, width }))),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((number) => ({ value: number })),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ({ value: bytes })),
    )
    const name = fc.oneof(fc.nat(255), fc.stringMatching(/^[a-z]{2,8}$/))
    fc.assert(
      fc.property(name, value, (given, tag) => {
        const writer = new WireWriter()
        writeTag(writer, { name: given, ...tag })
        const read = readTag(new WireReader(writer.done()))
        expect(read).to.deep.equal({ name: given, value: tag.value })
      }),
    )
  })
})
