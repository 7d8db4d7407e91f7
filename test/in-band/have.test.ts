import { expect } from 'chai'
import fc from 'fast-check'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { formOf, RangeSet } from '../../src/in-band/have.ts'

describe('in-band/have', () => {
  it('sends any set in a form that means the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.array(fc.nat({ max: 399 })), (length, indexes) => {
        const set = new Bitfield(length)
        for (const index of indexes) set.add(index)
        const form = formOf(set)
        const back = form.kind === 'ranges' ? new RangeSet(length, form.ranges) : new Bitfield(length, form.bitfield)
        expect(back.count).to.equal(set.count)
        for (let i = -1; i <= length; i++) expect(back.has(i)).to.equal(set.has(i))
      }),
    )
  })

  it('says a whole file in one range, however large', () => {
    const form = formOf({ length: 2 ** 32 - 1, count: 2 ** 32 - 1, has: () => true })
    expect(form).to.deep.equal({ kind: 'ranges', ranges: [{ first: 0, count: 2 ** 32 - 1 }] })
  })

  it('cuts the ranges of a file too large for a bitfield', () => {
    const form = formOf({ length: 2 ** 32 - 1, count: 2 ** 31, has: (index) => index % 2 === 0 })
    expect(form.kind === 'ranges' && form.ranges.length).to.equal(4_096)
  })

  it('keeps to the bytes it is given, and tells no chunk that is not there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 28, max: 700 }), (length, maxBytes) => {
        const set = { length, count: Math.ceil(length / 2), has: (index: number) => index % 2 === 0 }
        const form = formOf(set, maxBytes)
        const bytes = form.kind === 'bitfield' ? form.bitfield.byteLength : form.ranges.length * 14
        expect(bytes).to.be.at.most(maxBytes)
        const told = form.kind === 'ranges' ? new RangeSet(length, form.ranges) : new Bitfield(length, form.bitfield)
        for (let i = 0; i < length; i++) if (told.has(i)) expect(i % 2).to.equal(0)
      }),
    )
  })
})
