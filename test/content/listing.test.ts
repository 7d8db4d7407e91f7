import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeListing, encodeListing, type ListingEntry, MAX_LISTING_BYTES } from '../../src/content/listing.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { createSigner } from '../../src/system/signer.ts'

const VECTORS: {
  readonly privateKey: string
  readonly publisher: string
  readonly valid: readonly {
    readonly name: string
    readonly bytes: string
    readonly entries: readonly ListingEntry[]
  }[]
  readonly invalid: readonly { readonly name: string; readonly bytes: string }[]
} = JSON.parse(readFileSync(new URL('../vectors/listing.json', import.meta.url), 'utf8'))
const SIGNER = createSigner(fromHex(VECTORS.privateKey))
const FILE = parseFileHash('ab'.repeat(32))

function refusal(run: () => unknown): string | undefined {
  try {
    run()
    return 'taken'
  } catch (error) {
    return codeOf(error)
  }
}

describe('content/listing', () => {
  for (const { name, bytes, entries } of VECTORS.valid)
    it(`reads and writes ${name}, byte for byte`, () => {
      const listing = decodeListing(fromHex(bytes))
      expect(listing.publisher).to.equal(parseAddress(VECTORS.publisher))
      expect(listing.entries).to.deep.equal(entries)
      expect(`0x${toHex(encodeListing(entries, SIGNER))}`).to.equal(bytes)
    })

  for (const { name, bytes } of VECTORS.invalid)
    it(`refuses ${name}`, () => {
      expect(refusal(() => decodeListing(fromHex(bytes)))).to.equal('LISTING_INVALID')
    })

  it('has one form, in whatever order the entries come', () => {
    const entries = ['z', 'a/b', 'a-b', '𝒳', 'é'].map((path) => ({ path, sizeBytes: 7, fileHash: FILE }))
    const forward = encodeListing(entries, SIGNER)
    expect(encodeListing(entries.toReversed(), SIGNER)).to.deep.equal(forward)
    expect(decodeListing(forward).entries.map(({ path }) => path)).to.deep.equal(['a-b', 'a/b', 'z', 'é', '𝒳'])
  })

  it('makes none that a reader would refuse', () => {
    const bad = [
      [],
      [{ path: '../a', sizeBytes: 1, fileHash: FILE }],
      ['A', 'a'].map((path) => ({ path, sizeBytes: 1, fileHash: FILE })),
    ]
    for (const entries of bad) expect(refusal(() => encodeListing(entries, SIGNER))).to.equal('LISTING_INVALID')
    expect(refusal(() => decodeListing(new Uint8Array(MAX_LISTING_BYTES + 1)))).to.equal('LISTING_INVALID')
  })

  it('throws nothing but LISTING_INVALID for any bytes', () => {
    const valid = fromHex(VECTORS.valid[4]?.bytes ?? '')
    fc.assert(
      fc.property(fc.nat(valid.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = new Uint8Array(valid)
        bytes[at] = (bytes[at] ?? 0) ^ change
        expect(refusal(() => decodeListing(bytes))).to.equal('LISTING_INVALID')
      }),
    )
  })
})
