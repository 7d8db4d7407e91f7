import { expect } from 'chai'
import fc from 'fast-check'
import { cidOf, parseFileReference } from '../../src/domain/cid.ts'
import { parseAddress, parseFileHash } from '../../src/domain/ids.ts'

const HASH = 'ab'.repeat(32)

describe('domain/cid', () => {
  it('reads every form of a file id as the same file', () => {
    for (const text of [HASH, HASH.toUpperCase(), `0x${HASH}`, cidOf(HASH).toString()])
      expect(parseFileReference(text)).to.deep.equal({ kind: 'file', fileHash: HASH })
  })

  it('keeps the plain hash of a file apart from its id', () => {
    expect(parseFileReference(`sha256:${HASH}`)).to.deep.equal({ kind: 'sha256', sha256: HASH })
    expect(parseFileReference(`sha256_${HASH.toUpperCase()}`)).to.deep.equal({ kind: 'sha256', sha256: HASH })
  })

  it('refuses anything else with one code', () => {
    const others = [
      '',
      HASH.slice(1),
      `${HASH}00`,
      'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
      'sha256:',
      'sha1:00',
    ]
    for (const text of others)
      expect(() => parseFileReference(text), text)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseFileReference(text)
        } catch (error) {
          expect(error).to.have.property('code', 'DECODE_FAILED')
        }
      }),
    )
  })
})

describe('domain/ids', () => {
  it('accepts an address with the right checksum or none', () => {
    const address = '0x4a62316623ad457F02cDC5D997deD67a383EC569'
    expect(parseAddress(address.toLowerCase())).to.equal(address)
    expect(parseAddress(address)).to.equal(address)
  })

  // The sample wallets of early drafts: letters that are no digits, 39 digits, a wrong checksum.
  for (const text of [
    '0x4a62316623ad457F02cDC5D997deD67a383Ec569',
    '0x742d35Cc6634C0532925a3b844Bc454e4438f44',
    '0x8GH35Cc6634C0532925a3b844Bc454e4438f44U1',
    '4a62316623ad457f02cdc5d997ded67a383ec569',
    '',
  ])
    it(`refuses ${JSON.stringify(text)} as an address`, () => {
      expect(() => parseAddress(text))
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
    })

  it('keeps hashes in one form', () => {
    expect(parseFileHash(`0x${HASH.toUpperCase()}`)).to.equal(HASH)
  })
})
