import { expect } from 'chai'
import fc from 'fast-check'
import { DecodeError } from '../../../src/domain/errors.ts'
import { parseEd2kHash } from '../../../src/public-protocols/ed2k/ed2k-hash.ts'
import { formatEd2kLink, parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import vectors from '../../vectors/ed2k.json' with { type: 'json' }

describe('public-protocols/ed2k: links', () => {
  for (const { text, link, only } of vectors.links as readonly (typeof vectors.links)[number][] &
    readonly { readonly only?: string }[])
    it(`reads ${text}`, () => {
      const parsed = parseEd2kLink(text)
      expect(parsed).to.deep.equal(link)
      if (only === undefined) expect(formatEd2kLink(parsed)).to.equal(text)
    })

  for (const text of vectors.badLinks)
    it(`refuses "${text}"`, () => {
      expect(() => parseEd2kLink(text)).to.throw(DecodeError)
    })

  it('reads what it writes, whatever the name', () => {
    const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    fc.assert(
      fc.property(name, fc.nat(2 ** 30), fc.integer({ min: 1, max: 65_535 }), (given, sizeBytes, port) => {
        const hash = parseEd2kHash('ab'.repeat(16))
        const link = { name: given, sizeBytes, hash, sources: [{ host: '192.0.2.1', port }] }
        expect(parseEd2kLink(formatEd2kLink(link))).to.deep.equal(link)
      }),
    )
  })

  it('names no more sources than a link is for, and is no longer than it may be', () => {
    const hash = 'ab'.repeat(16)
    const sources = Array.from({ length: 65 }, (_, index) => `192.0.2.${index}:4662`).join(',')
    expect(() => parseEd2kLink(`ed2k://|file|a|1|${hash}|/|sources,${sources}|/`)).to.throw(/sources/)
    expect(() => parseEd2kLink(`ed2k://|file|${'a'.repeat(4_096)}|1|${hash}|/`)).to.throw(/characters/)
  })
})
