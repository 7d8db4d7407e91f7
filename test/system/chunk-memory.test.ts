import { expect } from 'chai'
import { chunkMemory, ReusedMemory } from '../../src/system/chunk-memory.ts'

describe('system/chunk-memory', () => {
  const memory = (maxFree = 2): ReusedMemory => new ReusedMemory({ pieceBytes: 100, maxFree })

  it('lends again what was given back, and nothing else', () => {
    const reused = memory()
    const [first, second] = [reused.take(90), reused.take(100)]
    expect(first.buffer).to.not.equal(second.buffer)
    reused.giveBack(first.subarray(10, 20))
    const third = reused.take(80)
    expect(third).to.have.length(80)
    expect(third.buffer).to.equal(first.buffer)
    expect(reused.take(100).buffer).to.not.be.oneOf([first.buffer, second.buffer])
  })

  it('takes back once what was given back twice', () => {
    const reused = memory()
    const first = reused.take(9)
    reused.giveBack(first)
    reused.giveBack(first)
    expect(reused.take(9).buffer).to.not.equal(reused.take(9).buffer)
  })

  it('leaves bytes from elsewhere alone', () => {
    const reused = memory()
    const other = memory().take(9)
    const large = reused.take(101)
    for (const bytes of [other, large, new Uint8Array(100)]) reused.giveBack(bytes)
    for (let i = 0; i < 3; i++) expect(reused.take(9).buffer).to.not.be.oneOf([other.buffer, large.buffer])
  })

  it('keeps no more than its limit', () => {
    const reused = memory(1)
    const lent = [reused.take(1), reused.take(1)]
    for (const bytes of lent) reused.giveBack(bytes)
    const buffers = lent.map(({ buffer }) => buffer)
    expect(reused.take(1).buffer).to.equal(buffers[0])
    expect(reused.take(1).buffer).to.not.be.oneOf(buffers)
  })

  it('has pieces that hold a chunk with its proof', () => {
    const bytes = chunkMemory.take(262_144 + 32 * 34 + 64)
    chunkMemory.giveBack(bytes)
    expect(chunkMemory.take(262_144).buffer).to.equal(bytes.buffer)
  })
})
