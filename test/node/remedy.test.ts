import { expect } from 'chai'
import { MAX_REMEDIES, remedyOf } from '../../src/node/download/remedy.ts'

describe('node/download/remedy', () => {
  const chunk = { cameOnce: false, tried: 0, payBy: 'channel' } as const

  it('has what never came written off, however it is paid', () => {
    for (const payBy of ['channel', 'escrow', 'transfer', 'batch'] as const)
      expect(remedyOf({ ...chunk, payBy })).to.equal('writeOff')
  })

  it('buys again what came once, where something can be signed for one chunk', () => {
    const came = { ...chunk, cameOnce: true }
    expect(remedyOf(came)).to.equal('buyAgain')
    expect(remedyOf({ ...came, payBy: 'escrow' })).to.equal('buyAgain')
    for (const payBy of ['transfer', 'batch'] as const) expect(remedyOf({ ...came, payBy })).to.equal(undefined)
  })

  it('leaves a chunk to others after a few tries', () => {
    for (const cameOnce of [true, false]) {
      expect(remedyOf({ ...chunk, cameOnce, tried: MAX_REMEDIES - 1 })).to.not.equal(undefined)
      expect(remedyOf({ ...chunk, cameOnce, tried: MAX_REMEDIES })).to.equal(undefined)
    }
  })
})
