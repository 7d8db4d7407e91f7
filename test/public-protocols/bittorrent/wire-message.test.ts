import { expect } from 'chai'
import fc from 'fast-check'
import { concatBytes } from '../../../src/domain/bytes.ts'
import { codeOf } from '../../../src/domain/errors.ts'
import { decodeChiralMessage } from '../../../src/public-protocols/bittorrent/chiral-message.ts'
import { decodeExtendedHandshake } from '../../../src/public-protocols/bittorrent/extended-handshake.ts'
import { FrameReader } from '../../../src/public-protocols/bittorrent/frame-reader.ts'
import {
  decodeHandshake,
  decodeMessage,
  encodeHandshake,
  encodeMessage,
  type WireMessage,
} from '../../../src/public-protocols/bittorrent/wire-message.ts'

type Sent = Exclude<WireMessage, { kind: 'unknown' }>

const u32 = fc.nat({ max: 2 ** 32 - 1 })
const block = fc.record({ pieceIndex: u32, offset: u32, length: u32 })
const bytes = fc.uint8Array({ maxLength: 200 })
const message: fc.Arbitrary<Sent> = fc.oneof(
  fc.constantFrom<Sent[]>(
    { kind: 'keep-alive' },
    { kind: 'choke' },
    { kind: 'unchoke' },
    { kind: 'interested' },
    { kind: 'not-interested' },
    { kind: 'have-all' },
    { kind: 'have-none' },
  ),
  u32.map((pieceIndex): Sent => ({ kind: 'have', pieceIndex })),
  bytes.map((bits): Sent => ({ kind: 'bitfield', bits })),
  fc
    .tuple(fc.constantFrom('request' as const, 'cancel' as const, 'reject' as const), block)
    .map(([kind, of]): Sent => ({ kind, block: of })),
  fc.record({ pieceIndex: u32, offset: u32, bytes }).map((of): Sent => ({ kind: 'piece', ...of })),
  fc.record({ extensionId: fc.nat({ max: 255 }), payload: bytes }).map((of): Sent => ({ kind: 'extended', ...of })),
)

const onlyDecodeErrors = (decode: () => unknown): void => {
  try {
    decode()
  } catch (error) {
    expect(codeOf(error)).to.equal('DECODE_FAILED')
  }
}

describe('public-protocols/bittorrent/wire-message', () => {
  const shake = encodeHandshake(new Uint8Array(20).fill(7), new Uint8Array(20).fill(9))

  it('reads what it writes, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.nat({ max: 300 }), (messages, cut) => {
        const all = concatBytes(shake, ...messages.map((each) => encodeMessage(each)))
        const reader = new FrameReader()
        const frames: Uint8Array[] = []
        for (let at = 0; at < all.byteLength; at += cut + 1) frames.push(...reader.read(all.subarray(at, at + cut + 1)))
        const [first, ...rest] = frames
        expect(decodeHandshake(first ?? new Uint8Array(0))).to.deep.include({
          infohash: '07'.repeat(20),
          fast: true,
          extended: true,
        })
        expect(rest.map((frame) => decodeMessage(frame.slice()))).to.deep.equal(messages)
      }),
    )
  })

  it('refuses rubbish with one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rubbish) => {
        onlyDecodeErrors(() => decodeMessage(rubbish))
        onlyDecodeErrors(() => decodeHandshake(rubbish))
        onlyDecodeErrors(() => decodeExtendedHandshake(rubbish))
        onlyDecodeErrors(() => decodeChiralMessage(rubbish))
      }),
      { numRuns: 5_000 },
    )
  })

  it('refuses messages whose length is not theirs', () => {
    for (const wrong of [[0, 1], [4, 0, 0, 0], [6, 1], [7, 0, 0], [16], [20], [20, 1].slice(0, 1)])
      expect(() => decodeMessage(Uint8Array.from(wrong)), `${wrong}`)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    expect(decodeMessage(Uint8Array.of(99, 1, 2))).to.deep.equal({ kind: 'unknown', id: 99 })
  })

  it('holds no message that is too long', () => {
    for (const length of [2 ** 32 - 1, 2 ** 31, 20_000]) {
      const reader = new FrameReader()
      expect([...reader.read(shake)]).to.have.length(1)
      const head = new Uint8Array(4)
      new DataView(head.buffer).setUint32(0, length)
      expect(() => [...reader.read(head)], `${length}`)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    }
  })
})
