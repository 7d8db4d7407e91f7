import { expect } from 'chai'
import fc from 'fast-check'
import { concatBytes, toHex } from '../../../../src/domain/bytes.ts'
import { codeOf } from '../../../../src/domain/errors.ts'
import { decodeMessage, encodeMessage } from '../../../../src/public-protocols/bittorrent/dht/codec.ts'
import {
  MAX_CONTACTS_READ,
  MAX_DATAGRAM_BYTES,
  MAX_TOKEN_BYTES,
} from '../../../../src/public-protocols/bittorrent/dht/limits.ts'
import type { DhtMessage } from '../../../../src/public-protocols/bittorrent/dht/message.ts'
import { dhtMessages } from './messages.ts'

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const placeOf = (text: string): string => toHex(bytesOf(text))
const ASKER = placeOf('abcdefghij0123456789')
const ASKED = placeOf('mnopqrstuvwxyz123456')
const transaction = bytesOf('aa')
const question = (asked: (DhtMessage & { kind: 'question' })['question']): DhtMessage => ({
  ...{ kind: 'question', transaction, sender: ASKER, isReadOnly: false },
  question: asked,
})
const answer = (over: object = {}): DhtMessage => ({
  ...{ kind: 'answer', transaction, sender: ASKED, contacts: [], peers: [], token: undefined },
  ...over,
})

/** The examples of BEP 5, with lists filled in. */
const VECTORS: readonly (readonly [string, DhtMessage])[] = [
  ['d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe', question({ kind: 'ping' })],
  ['d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re', answer()],
  [
    'd1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe',
    question({ kind: 'find', target: ASKED }),
  ],
  [
    'd1:rd2:id20:mnopqrstuvwxyz1234565:nodes26:abcdefghij0123456789\x7f\x00\x00\x01\x1a\xe1e1:t2:aa1:y1:re',
    answer({ contacts: [{ id: ASKER, address: '127.0.0.1', udpPort: 6881 }] }),
  ],
  [
    'd1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe',
    question({ kind: 'get-peers', target: ASKED }),
  ],
  [
    'd1:rd2:id20:mnopqrstuvwxyz1234565:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re',
    answer({
      token: bytesOf('aoeusnth'),
      peers: [
        { address: '97.120.106.101', port: 11893 },
        { address: '105.100.104.116', port: 28269 },
      ],
    }),
  ],
  [
    'd1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe',
    question({ kind: 'announce', target: ASKED, port: 6881, token: bytesOf('aoeusnth') }),
  ],
  [
    'd1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti0e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe',
    question({ kind: 'announce', target: ASKED, port: undefined, token: bytesOf('aoeusnth') }),
  ],
  ['d1:eli203e14:Protocol Errore1:t2:aa1:y1:ee', { kind: 'error', transaction, code: 203 }],
  [
    'd1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1e1:t2:aa1:y1:qe',
    { kind: 'question', transaction, sender: ASKER, isReadOnly: true, question: { kind: 'ping' } },
  ],
]

function refused(bytes: Uint8Array): void {
  expect(() => decodeMessage(bytes))
    .to.throw()
    .with.property('code', 'DECODE_FAILED')
}

describe('public-protocols/bittorrent/dht/codec', () => {
  for (const [text, message] of VECTORS)
    it(`reads and writes ${text.replace(/[^ -~]/g, '.').slice(0, 100)}`, () => {
      expect(decodeMessage(bytesOf(text))).to.deep.equal(message)
      expect(toHex(encodeMessage(message))).to.equal(toHex(bytesOf(text)))
    })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(dhtMessages, (message) => {
        expect(decodeMessage(encodeMessage(message))).to.deep.equal(message)
      }),
    )
  })

  it('reads random bytes, and datagrams cut or changed anywhere, or refuses them with DECODE_FAILED', () => {
    const changed = fc.tuple(dhtMessages, fc.nat(), fc.nat(255), fc.nat()).map(([message, at, value, length]) => {
      const bytes = encodeMessage(message)
      bytes[at % bytes.byteLength] = value
      return bytes.subarray(0, length % (2 * bytes.byteLength))
    })
    const text = fc
      .array(fc.constantFrom('d', 'l', 'i', 'e', ':', '-', '0', '1', '20', '1:t2:aa', '1:y1:q', '1:q4:ping'))
      .map((parts) => bytesOf(parts.join('')))
    fc.assert(
      fc.property(fc.oneof(changed, text, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          decodeMessage(bytes)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('refuses the four bytes that other decoders never finish', () => refused(bytesOf('l-3:')))

  it('refuses places, tokens, transactions and ports of other lengths, and what is no dictionary', () => {
    const id = '2:id20:abcdefghij0123456789'
    for (const text of [
      'd1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe',
      `d1:ad${id}e1:q4:ping1:t0:1:y1:qe`,
      `d1:ad${id}e1:q4:ping1:t33:${'a'.repeat(33)}1:y1:qe`,
      `d1:ad${id}e1:q4:ping1:y1:qe`,
      `d1:ad${id}e1:q4:ping1:t2:aa1:y1:xe`,
      `d1:ad${id}6:target20:mnopqrstuvwxyz12345e1:q9:find_node1:t2:aa1:y1:qe`,
      `d1:ad${id}9:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:ae1:q13:announce_peer1:t2:aa1:y1:qe`,
      `d1:ad${id}9:info_hash20:mnopqrstuvwxyz1234564:porti1e5:token65:${'a'.repeat(MAX_TOKEN_BYTES + 1)}e1:q13:announce_peer1:t2:aa1:y1:qe`,
      'd1:rli1ee1:t2:aa1:y1:re',
      `d1:rd${id}5:nodes25:${'a'.repeat(25)}e1:t2:aa1:y1:re`,
      'i7e',
    ])
      refused(bytesOf(text))
  })

  it('refuses a datagram that is longer than any, and passes over what an answer has too much', () => {
    const id = '2:id20:abcdefghij0123456789'
    refused(bytesOf(`d1:ad${id}e1:q4:ping1:t2:aa1:v${MAX_DATAGRAM_BYTES}:${'a'.repeat(MAX_DATAGRAM_BYTES)}1:y1:qe`))
    const nodes = 'a'.repeat(26 * (MAX_CONTACTS_READ + 5))
    const decoded = decodeMessage(bytesOf(`d1:rd${id}5:nodes${nodes.length}:${nodes}e1:t2:aa1:y1:re`))
    expect(decoded).to.have.property('contacts').with.length(MAX_CONTACTS_READ)
  })

  it('passes over nodes at the ports of services, and peers that are no IPv4 address and port', () => {
    const head = 'd1:rd2:id20:abcdefghij0123456789'
    const node = concatBytes(bytesOf('a'.repeat(20)), Uint8Array.of(8, 8, 8, 8, 0, 53))
    const nodes = concatBytes(bytesOf(`${head}5:nodes26:`), node, bytesOf('e1:t2:aa1:y1:re'))
    expect(decodeMessage(nodes)).to.have.property('contacts').that.is.empty
    const peers = bytesOf(`${head}6:valuesl18:${'b'.repeat(18)}i7e6:abcd\0\0ee1:t2:aa1:y1:re`)
    expect(decodeMessage(peers)).to.have.property('peers').that.is.empty
  })

  it('has nothing to say to methods it does not know, and to errors without a number', () => {
    for (const text of [
      'd1:ad2:id20:abcdefghij0123456789e1:q3:get1:t2:aa1:y1:qe',
      'd1:el3:whye1:t2:aa1:y1:ee',
      'd1:e3:why1:t2:aa1:y1:ee',
    ])
      expect(decodeMessage(bytesOf(text))).to.equal(undefined)
  })
})
