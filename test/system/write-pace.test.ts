import { expect } from 'chai'
import { WritePace } from '../../src/system/write-pace.ts'

const CHUNK = 256 * 1024
const SLICE = { bytes: 64 * 1024, onLoop: true }
const WHOLE = { bytes: CHUNK, onLoop: false }

describe('system/write-pace', () => {
  it('copies by slices while the memory is at hand, and whatever is left of less', () => {
    const pace = new WritePace()
    for (let slice = 0; slice < 1_000; slice++) {
      expect(pace.next(CHUNK)).to.deep.equal(SLICE)
      pace.took(0.02)
    }
    expect(pace.next(7)).to.deep.equal({ bytes: 7, onLoop: true })
  })

  it('takes a slice or two that were interrupted for nothing', () => {
    const pace = new WritePace()
    for (const ms of [0.02, 2, 2, 0.02, 0.2, 0.2, 0.079, 9]) pace.took(ms)
    expect(pace.next(CHUNK)).to.deep.equal(SLICE)
  })

  for (const { why, ms } of [
    { why: 'three slow slices in a row', ms: [0.08, 0.1, 0.09] },
    { why: 'one that waited for the disk', ms: [10] },
  ])
    it(`leaves 16 MiB to threads, chunk by chunk, after ${why}; then tries again`, () => {
      const pace = new WritePace()
      for (let round = 0; round < 3; round++) {
        for (const took of ms) {
          expect(pace.next(CHUNK)).to.deep.equal(SLICE)
          pace.took(took)
        }
        for (let chunk = 0; chunk < 64; chunk++) expect(pace.next(CHUNK)).to.deep.equal(WHOLE)
      }
      expect(pace.next(CHUNK)).to.deep.equal(SLICE)
    })
})
