import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { readFrames } from '../../src/system/framing.ts'
import { jsonOf } from './vector-form.ts'

interface Vectors {
  readonly valid: readonly { name: string; message: unknown; frame: string }[]
  readonly invalid: readonly { name: string; body: string; code: string }[]
}

export interface CodecUnderTest<Message extends object> {
  /** File in test/vectors. */
  readonly vectors: string
  /** One message of every kind, by the names of the vectors. */
  readonly samples: Readonly<Record<string, Message>>
  readonly encode: (message: Message) => Uint8ArrayList
  readonly decode: (frame: Uint8ArrayList) => Message
  readonly maxFrameBytes: number
}

/** What every codec of an in-band protocol keeps to. */
export function itIsACodec<Message extends object>(codec: CodecUnderTest<Message>): void {
  const { samples, encode, decode, maxFrameBytes } = codec
  const vectors: Vectors = JSON.parse(readFileSync(new URL(`../vectors/${codec.vectors}`, import.meta.url), 'utf8'))

  async function bodyOf(frame: Uint8Array): Promise<Uint8ArrayList> {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield frame
    }
    for await (const body of readFrames(source(), maxFrameBytes)) return body
    throw new Error('no frame')
  }

  /** Decoding gives a message or a DecodeError, and nothing else. */
  function decodeAnything(bytes: Uint8Array): void {
    try {
      decode(new Uint8ArrayList(bytes))
    } catch (error) {
      expect(codeOf(error)).to.equal('DECODE_FAILED')
    }
  }

  it('has a vector for every kind of message', () => {
    expect(vectors.valid.map(({ name }) => name)).to.deep.equal(Object.keys(samples))
  })

  for (const { name, message, frame } of vectors.valid) {
    it(`encodes and decodes: ${name}`, async () => {
      const decoded = decode(await bodyOf(fromHex(frame)))
      expect(jsonOf(decoded)).to.deep.equal(message)
      expect(toHex(encode(decoded).slice())).to.equal(frame)
      const sample = samples[name]
      expect(sample !== undefined && toHex(encode(sample).slice())).to.equal(frame)
    })
  }

  for (const { name, body, code } of vectors.invalid) {
    it(`refuses: ${name}`, () => {
      expect(() => decode(new Uint8ArrayList(fromHex(body))))
        .to.throw()
        .with.property('code', code)
    })
  }

  it('ignores fields that it does not know, in any message', async () => {
    const unknown = Uint8Array.of(0xfa, 0x3f, 0x02, 0x01, 0x02) // field 1023, two bytes
    for (const { name, frame, message } of vectors.valid) {
      const body = (await bodyOf(fromHex(frame))).subarray()
      expect(jsonOf(decode(new Uint8ArrayList(body, unknown))), name).to.deep.equal(message)
    }
  })

  it('refuses a frame without a message, and one whose message it does not know', () => {
    for (const body of [[], [0xfa, 0x3f, 0x02, 0x01, 0x02]])
      expect(() => decode(new Uint8ArrayList(Uint8Array.from(body))))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('throws nothing but DecodeError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeAnything(bytes)),
      { numRuns: 2_000 },
    )
  })

  it('throws nothing but DecodeError for a message with one byte changed, or cut short', async () => {
    const bodies: Uint8Array[] = []
    for (const { frame } of vectors.valid) bodies.push((await bodyOf(fromHex(frame))).slice())
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.nat({ max: 255 }), (body, at, change) => {
        const index = at % Math.max(1, body.byteLength)
        const bytes = body.slice()
        bytes[index] = (bytes[index] ?? 0) ^ change
        decodeAnything(change === 0 ? body.subarray(0, index) : bytes)
      }),
      { numRuns: 3_000 },
    )
  })

  it('gives a received chunk memory of its own', () => {
    for (const sample of Object.values(samples)) {
      if (!('chunk' in sample) || !(sample.chunk instanceof Uint8Array)) continue
      const body = encode(sample).slice(1)
      const readBuffer = new Uint8Array(4_096)
      readBuffer.set(body, 100)
      const decoded = decode(new Uint8ArrayList(readBuffer.subarray(100, 100 + body.byteLength)))
      readBuffer.fill(0)
      expect(decoded).to.have.deep.property('chunk', sample.chunk)
    }
  })
}
