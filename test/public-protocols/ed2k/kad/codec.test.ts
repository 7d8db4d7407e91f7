import { deflateSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { concatBytes, fromHex, toHex } from '../../../../src/domain/bytes.ts'
import { codeOf } from '../../../../src/domain/errors.ts'
import { decodeDatagram, encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import { parseKadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { MAX_DATAGRAM_BYTES } from '../../../../src/public-protocols/ed2k/kad/limits.ts'
import type { KadMessage } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { encodeNodesDat, parseNodesDat } from '../../../../src/public-protocols/ed2k/kad/nodes-dat.ts'
import { kadMessages } from './messages.ts'

const FILE = parseKadId('32966c6cf01c2564be07f0fd610d4cb6')
const NODE = parseKadId('000102030405060708090a0b0c0d0e0f')
/** Four words, each with its bytes reversed. */
const FILE_ON_WIRE = '6c6c96326425 1cf0fdf007beb64c0d61'.replace(' ', '')
const NODE_ON_WIRE = '03020100070605040b0a09080f0e0d0c'

/** Datagrams written down by hand from aMule's form, and what they say. */
const VECTORS: readonly (readonly [string, KadMessage])[] = [
  ['e460', { kind: 'ping' }],
  ['e4614012', { kind: 'pong', port: 4672 }],
  ['e401', { kind: 'bootstrap' }],
  [`e411${NODE_ON_WIRE}36120500`, { kind: 'hello', id: NODE, tcpPort: 4662, version: 5 }],
  [`e42102${FILE_ON_WIRE}${NODE_ON_WIRE}`, { kind: 'find', count: 2, target: FILE, receiver: NODE }],
  [`e429${FILE_ON_WIRE}00`, { kind: 'found', target: FILE, contacts: [] }],
  [
    `e429${FILE_ON_WIRE}01${NODE_ON_WIRE}017100cb4012361205`,
    {
      kind: 'found',
      target: FILE,
      contacts: [{ id: NODE, address: '203.0.113.1', udpPort: 4672, tcpPort: 4662, version: 5 }],
    },
  ],
  [`e434${FILE_ON_WIRE}000040787d0100000000`, { kind: 'search', target: FILE, start: 0, sizeBytes: 25_000_000 }],
  [
    `e43b${NODE_ON_WIRE}${FILE_ON_WIRE}0100${NODE_ON_WIRE}06090100ff01030100fe017100cb080100fd3612080100fc401203010002` +
      '40787d01090100f300',
    {
      kind: 'search-answer',
      sender: NODE,
      target: FILE,
      sources: [{ publisher: NODE, address: '203.0.113.1', tcpPort: 4662, udpPort: 4672, sizeBytes: 25_000_000 }],
    },
  ],
  [`e44b${FILE_ON_WIRE}01`, { kind: 'publish-answer', target: FILE, load: 1 }],
]

describe('public-protocols/ed2k/kad/codec', () => {
  for (const [hex, message] of VECTORS)
    it(`reads and writes ${message.kind} as aMule does`, () => {
      expect(decodeDatagram(fromHex(hex))).to.deep.equal(message)
      expect(toHex(encodeDatagram(message))).to.equal(hex)
    })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(kadMessages, (message) => {
        expect(decodeDatagram(encodeDatagram(message))).to.deep.equal(message)
      }),
    )
  })

  it('reads what is packed', () => {
    fc.assert(
      fc.property(kadMessages, (message) => {
        const [, opcode = 0, ...body] = encodeDatagram(message)
        const packed = concatBytes(Uint8Array.of(0xe5, opcode), deflateSync(Uint8Array.from(body)))
        expect(decodeDatagram(packed)).to.deep.equal(message)
      }),
    )
  })

  it('reads random bytes, and datagrams cut or changed anywhere, or refuses them with DECODE_FAILED', () => {
    const changed = fc.tuple(kadMessages, fc.nat(), fc.nat(255), fc.nat()).map(([message, at, value, length]) => {
      const bytes = encodeDatagram(message)
      bytes[at % bytes.byteLength] = value
      return bytes.subarray(0, 1 + (length % (2 * bytes.byteLength)))
    })
    const random = fc
      .tuple(fc.constantFrom(0xe4, 0xe5), fc.uint8Array({ maxLength: 200 }))
      .map(([protocol, rest]) => concatBytes(Uint8Array.of(protocol), rest))
    fc.assert(
      fc.property(fc.oneof(changed, random), (bytes) => {
        try {
          decodeDatagram(bytes)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses what grows beyond the limit when it is unpacked', () => {
    const bomb = concatBytes(Uint8Array.of(0xe5, 0x29), deflateSync(new Uint8Array(1_000_000)))
    expect(bomb.byteLength).to.be.below(MAX_DATAGRAM_BYTES)
    expect(() => decodeDatagram(bomb))
      .to.throw()
      .with.property('code', 'DECODE_FAILED')
  })

  it('refuses more contacts, sources or tags than any answer has', () => {
    const many = [`e429${FILE_ON_WIRE}ff`, `e43b${NODE_ON_WIRE}${FILE_ON_WIRE}ffff`, `e411${NODE_ON_WIRE}361205ff`]
    for (const hex of many)
      expect(() => decodeDatagram(fromHex(hex)))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('passes over contacts of Kad 1 and at the ports of services, and sources that wait to be called', () => {
    const contact = (udpPort: string, version: string): string => `${NODE_ON_WIRE}017100cb${udpPort}3612${version}`
    const found = `e429${FILE_ON_WIRE}02${contact('4012', '01')}${contact('3500', '05')}`
    expect(decodeDatagram(fromHex(found))).to.deep.equal({ kind: 'found', target: FILE, contacts: [] })
    const firewalled = `e43b${NODE_ON_WIRE}${FILE_ON_WIRE}0100${NODE_ON_WIRE}03090100ff03030100fe017100cb080100fd3612`
    expect(decodeDatagram(fromHex(firewalled))).to.have.property('sources').that.is.empty
  })

  it('has nothing to say to other messages and protocols', () => {
    for (const hex of ['', 'e4', 'e450361200', 'e47000', 'e30100', 'c501', 'aabb']) {
      expect(decodeDatagram(fromHex(hex))).to.equal(undefined)
    }
  })
})

describe('public-protocols/ed2k/kad/nodes-dat', () => {
  const contact = { id: NODE, address: '203.0.113.1', udpPort: 4672, tcpPort: 4662, version: 5 }
  const one = `${NODE_ON_WIRE}017100cb4012361205`

  it('reads version 1, version 2 with keys, and the edition for the first start', () => {
    const files = [
      `000000000100000001000000${one}`,
      `000000000200000001000000${one}${'11'.repeat(8)}01`,
      `00000000030000000100000001000000${one}`,
    ]
    for (const file of files) expect(parseNodesDat(fromHex(file))).to.deep.equal([contact])
    expect(toHex(encodeNodesDat([contact]))).to.equal(files[0])
  })

  it('refuses Kad 1, unknown versions and files that end early', () => {
    for (const file of ['01000000', '0000000009000000', '000000000100000002000000', `000000000100000002000000${one}`])
      expect(() => parseNodesDat(fromHex(file)))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })
})
