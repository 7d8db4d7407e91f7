import { expect } from 'chai'
import { RowMemo } from '../../src/system/row-memo.ts'

describe('system/row-memo', () => {
  it('names rows apart by kind and by each part, and the same row always alike', () => {
    const memo = new RowMemo()
    const parts = [
      ['share', 'a', 'b'],
      ['share', 'b', 'a'],
      ['share', 'a'],
      ['pair', 'a', 'b'],
      ['bits', 1, 2],
      ['bits', 12],
    ] as const
    const names = parts.map(([kind, first, second]) => memo.name(kind, first, second))
    expect(new Set(names).size).to.equal(parts.length)
    expect(parts.map(([kind, first, second]) => memo.name(kind, first, second))).to.deep.equal(names)
  })

  it('names a row as before when there were more names than it keeps', () => {
    const memo = new RowMemo()
    const name = memo.name('share', 'download', 'payee')
    memo.set(name, 7)
    for (let i = 0; i < 5_000; i++) memo.name('share', `download ${i}`, 'payee')
    expect(memo.name('share', 'download', 'payee')).to.equal(name)
    expect(memo.recall(memo.name('share', 'download', 'payee'), () => 0)).to.equal(7)
  })
})
