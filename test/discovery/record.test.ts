import { expect } from 'chai'
import fc from 'fast-check'
import { SignedRecord } from '../../src/discovery/messages.js'
import { MAX_RECORD_BYTES } from '../../src/discovery/protocol.ts'
import { openRecord, recordDigest, sealRecord } from '../../src/discovery/record.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { signerOf } from './fixtures.ts'

const ORDER = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141')
const signer = signerOf(1)
const payload = new Uint8Array([1, 2, 3])

/** The same record with some fields replaced, re-encoded by hand. */
function withFields(fields: Partial<SignedRecord.$Properties>): Uint8Array {
  return SignedRecord.encode({ ...SignedRecord.decode(sealRecord('offer', payload, signer)), ...fields }).finish()
}

describe('discovery/record', () => {
  it('opens what was sealed and names the signer', () => {
    const record = openRecord(sealRecord('offer', payload, signer), 'offer')
    expect(record).to.deep.include({ kind: 'offer', signer: signer.address, signed: true })
    expect(toHex(record.payload)).to.equal('010203')
  })

  it('separates types, so that an offer is not a withdrawal', () => {
    expect(toHex(recordDigest('offer', payload))).to.not.equal(toHex(recordDigest('withdraw', payload)))
    const relabelled = withFields({ type: 3 })
    expect(openRecord(relabelled, 'withdraw').signed).to.equal(false)
    expect(() => openRecord(relabelled, 'offer'))
      .to.throw()
      .with.property('code', 'DECODE_FAILED')
  })

  it('notices any change of the payload and another claimed signer', () => {
    expect(openRecord(withFields({ payload: new Uint8Array([1, 2, 4]) }), 'offer').signed).to.equal(false)
    expect(openRecord(withFields({ signer: fromHex(signerOf(2).address) }), 'offer').signed).to.equal(false)
  })

  it('refuses the high-s twin of a valid signature', () => {
    const { signature } = SignedRecord.decode(sealRecord('offer', payload, signer))
    const twin = signature.slice()
    const parity = (twin[32] ?? 0) & 0x80
    twin[32] = (twin[32] ?? 0) & 0x7f
    const highS = ORDER - BigInt(`0x${toHex(twin.subarray(32))}`)
    twin.set(fromHex(highS.toString(16).padStart(64, '0')), 32)
    if (parity === 0) twin[32] = (twin[32] ?? 0) | 0x80
    expect(openRecord(withFields({ signature: twin }), 'offer').signed).to.equal(false)
  })

  it('refuses unknown versions, short signatures and oversized records', () => {
    const bad: Uint8Array[] = [
      withFields({ version: 2 }),
      withFields({ version: 0 }),
      withFields({ signature: new Uint8Array(63) }),
      withFields({ signer: new Uint8Array(19) }),
      withFields({ payload: new Uint8Array(MAX_RECORD_BYTES) }),
    ]
    for (const bytes of bad)
      expect(() => openRecord(bytes, 'offer'))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    expect(() => sealRecord('offer', new Uint8Array(MAX_RECORD_BYTES), signer)).to.throw(RangeError)
  })

  it('throws nothing but DecodeError for random bytes, and never takes them for signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(openRecord(bytes, 'offer').signed).to.equal(false)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
    )
  })

  it('is not fooled by a flipped bit anywhere', () => {
    const sealed = sealRecord('offer', payload, signer)
    fc.assert(
      fc.property(fc.nat(sealed.byteLength * 8 - 1), (bit) => {
        const bytes = sealed.slice()
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        try {
          const record = openRecord(bytes, 'offer')
          expect(record.signed && toHex(record.payload) !== toHex(payload)).to.equal(false)
        } catch (error) {
          expect(codeOf(error)).to.equal('DECODE_FAILED')
        }
      }),
    )
  })
})
