import { expect } from 'chai'
import fc from 'fast-check'
import { concatBytes, fromHex } from '../../../../src/domain/bytes.ts'
import { codeOf } from '../../../../src/domain/errors.ts'
import type { Line } from '../../../../src/public-protocols/bittorrent/encryption/line.ts'
import { ListenerHandshake } from '../../../../src/public-protocols/bittorrent/encryption/listener-handshake.ts'
import { torrentKeyOf } from '../../../../src/public-protocols/bittorrent/encryption/torrent-key.ts'
import { encodeHandshake } from '../../../../src/public-protocols/bittorrent/wire-message.ts'
import { systemRandom } from '../../../../src/system/random.ts'
import { INFOHASH, PEER_ID } from '../by-hand.ts'
import { type Offer, PLAINTEXT, RC4, ScriptedDialer } from './scripted-dialer.ts'

const SHAKE = encodeHandshake(fromHex(INFOHASH), PEER_ID)
const MAX_PAD_BYTES = 512
const SERVED = new Map([[torrentKeyOf(INFOHASH), INFOHASH]])

/** The listener, given its bytes in pieces. */
class Listener {
  readonly #handshake = new ListenerHandshake({ random: systemRandom, infohash: (key) => SERVED.get(key) })
  readonly #replies: Uint8Array[] = []
  readonly #read: Uint8Array[] = []
  line: Line | undefined

  feed(bytes: Uint8Array, pieceBytes = bytes.byteLength): void {
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) this.#take(bytes.subarray(at, at + pieceBytes))
  }

  /** What it answered since. */
  replies(): Buffer {
    return Buffer.concat(this.#replies.splice(0))
  }

  /** What the peer said, in the clear. */
  heard(): Buffer {
    return Buffer.concat(this.#read)
  }

  #take(bytes: Uint8Array): void {
    if (this.line !== undefined) return void this.#read.push(this.line.open(bytes))
    const { reply, line, rest } = this.#handshake.read(bytes)
    this.#replies.push(reply)
    this.line = line
    if (line !== undefined) this.#read.push(line.open(rest))
  }
}

/** A handshake up to what the dialer offers, which is fed too. */
function shaken(
  offer: Offer,
  { padA = 0, pieceBytes, infohash = INFOHASH }: { padA?: number; pieceBytes?: number; infohash?: string } = {},
): { listener: Listener; dialer: ScriptedDialer; padB: number } {
  const listener = new Listener()
  const dialer = new ScriptedDialer(infohash)
  const hello = dialer.hello(padA)
  listener.feed(hello.subarray(0, 96), pieceBytes)
  const padB = dialer.agree(listener.replies())
  listener.feed(hello.subarray(96), pieceBytes)
  listener.feed(dialer.offer(offer), pieceBytes)
  return { listener, dialer, padB }
}

const refusal = (act: () => unknown): string | undefined => {
  try {
    act()
  } catch (error) {
    return codeOf(error)
  }
  return undefined
}

describe('public-protocols/bittorrent/encryption/listener-handshake', () => {
  for (const [provide, chosen, method] of [
    [PLAINTEXT, PLAINTEXT, 'plaintext'],
    [RC4, RC4, 'rc4'],
    [PLAINTEXT | RC4, PLAINTEXT, 'plaintext'],
    [0xffff_fffe, RC4, 'rc4'],
  ] as const)
    it(`chooses ${method} of ${provide.toString(16)}, and both sides understand each other from there on`, () => {
      for (const early of [new Uint8Array(0), SHAKE, SHAKE.subarray(0, 7)]) {
        const { listener, dialer } = shaken({ provide, early })
        const answer = concatBytes(listener.replies(), listener.line?.seal(SHAKE) ?? new Uint8Array(0))
        expect(listener.line?.method).to.equal(method)
        expect(dialer.chosen(answer)).to.equal(chosen)
        expect(dialer.tail().equals(SHAKE)).to.equal(true)
        for (const more of [SHAKE.subarray(early.byteLength), PEER_ID]) listener.feed(dialer.seal(more), 5)
        expect(listener.heard().equals(concatBytes(SHAKE, PEER_ID))).to.equal(true)
        const back = listener.line?.seal(PEER_ID) ?? new Uint8Array(0)
        expect(dialer.open(back).equals(PEER_ID)).to.equal(true)
      }
    })

  it('takes paddings of all lengths, byte by byte', function () {
    this.timeout(60_000)
    for (let padBytes = 0; padBytes <= MAX_PAD_BYTES; padBytes++) {
      const padC = Buffer.alloc(MAX_PAD_BYTES - padBytes, 0x55)
      const pieceBytes = padBytes % 8 === 0 ? 1 : 97
      const { listener, padB } = shaken({ provide: PLAINTEXT, padC, early: SHAKE }, { padA: padBytes, pieceBytes })
      expect(padB).to.be.within(0, MAX_PAD_BYTES)
      expect(listener.heard().equals(SHAKE), `${padBytes}`).to.equal(true)
    }
  })

  it('reads the same however the bytes were cut', () => {
    const pad = fc.nat({ max: MAX_PAD_BYTES })
    fc.assert(
      fc.property(pad, pad, fc.integer({ min: 1, max: 700 }), fc.uint8Array(), (padA, padC, pieceBytes, early) => {
        const { listener } = shaken({ provide: RC4, padC: Buffer.alloc(padC), early }, { padA, pieceBytes })
        expect(listener.heard().equals(early)).to.equal(true)
      }),
      { numRuns: 50 },
    )
  })

  it('lets a peer in the clear through as it is, byte by byte as well', () => {
    for (const pieceBytes of [1, 19, 68]) {
      const listener = new Listener()
      listener.feed(SHAKE, pieceBytes)
      expect([listener.line?.method, listener.replies().byteLength]).to.deep.equal(['clear', 0])
      expect(listener.heard().equals(SHAKE)).to.equal(true)
    }
  })

  it('takes a key for a key that begins as the handshake in the clear does', () => {
    const listener = new Listener()
    listener.feed(concatBytes(SHAKE.subarray(0, 19), new Uint8Array(76)))
    expect(listener.replies().byteLength).to.equal(0)
    listener.feed(new Uint8Array(1))
    expect(listener.replies().byteLength).to.be.within(96, 96 + MAX_PAD_BYTES)
  })

  for (const [what, key] of [
    ['zero', Buffer.alloc(96)],
    ['one', Buffer.concat([Buffer.alloc(95), Buffer.of(1)])],
    ['a number above the prime', Buffer.alloc(96, 0xff)],
  ] as const)
    it(`refuses ${what} as a key`, () => {
      expect(refusal(() => new Listener().feed(key))).to.equal('DECODE_FAILED')
    })

  for (const [what, offer] of [
    ['crypto_provide of nothing', { provide: 0 }],
    ['crypto_provide of what nobody knows', { provide: 0xfffc }],
    ['a padding that is too long', { provide: RC4, padLength: MAX_PAD_BYTES + 1 }],
    ['a wrong verification', { provide: RC4, verification: Buffer.alloc(8, 1) }],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(refusal(() => shaken(offer))).to.equal('DECODE_FAILED')
    })

  it('refuses a torrent that is not served, before anything is chosen', () => {
    expect(refusal(() => shaken({ provide: RC4 }, { infohash: '44'.repeat(20) }))).to.equal('DECODE_FAILED')
  })

  it('searches no further than the longest padding, and takes rubbish no longer than that', () => {
    const rubbish = { provide: RC4, req1: Buffer.alloc(20, 0x77) }
    expect(refusal(() => shaken(rubbish, { padA: MAX_PAD_BYTES, pieceBytes: 1 }))).to.equal('DECODE_FAILED')
    expect(refusal(() => shaken({ provide: RC4 }, { padA: MAX_PAD_BYTES + 1, pieceBytes: 1 }))).to.equal(
      'DECODE_FAILED',
    )
    const { listener } = shaken({ provide: RC4 }, { padA: MAX_PAD_BYTES, pieceBytes: 1 })
    expect(listener.line?.method).to.equal('rc4')
  })
})
