import { expect } from 'chai'
import { type FileHash, parseFileHash } from '../../../src/domain/ids.ts'
import { planAhead } from '../../../src/node/prefetch/plan.ts'

const LISTING = parseFileHash('f'.repeat(64))
const idOf = (part: number): FileHash => parseFileHash(part.toString(16).padStart(64, '0'))
/** Twelve parts of 10 bytes, in the order of a listing: part 10 stands before part 2. */
const entries = Array.from({ length: 12 }, (_, index) => index + 1)
  .map((part) => ({ path: `part ${part}.ogg`, sizeBytes: 10, fileHash: idOf(part) }))
  .toSorted((a, b) => (a.path < b.path ? -1 : 1))
const folder = { fileHash: LISTING, entries }

describe('node/prefetch/plan', () => {
  const ahead = (got: number[], here: number[], limitBytes = 1_000): number[] => {
    const known = new Set(here.map(idOf))
    const plan = planAhead(new Set(got.map(idOf)), [folder], { isHere: (id) => known.has(id), limitBytes })
    return plan.flatMap(({ files }) => files.map(({ fileHash }) => Number.parseInt(fileHash, 16)))
  }

  for (const [rule, got, here, expected] of [
    ['takes the next two after two in a row', [2], [1, 2], [3, 4]],
    ['counts as people do', [9], [8, 9], [10, 11]],
    ['takes nothing after a single file', [2], [2], []],
    ['takes nothing after the first', [1], [1, 2], []],
    ['takes nothing after the last', [12], [11, 12], []],
    ['takes nothing after a file of no folder', [77], [77], []],
    ['leaves out what is here', [2], [1, 2, 3], [4]],
    ['goes on from the last of several', [2, 5], [2, 4, 5], [6, 7]],
  ] as const)
    it(rule, () => {
      expect(ahead([...got], [...here])).to.deep.equal(expected)
    })

  it('ends where the room does, and skips nothing to get on', () => {
    expect(ahead([2], [1, 2], 19)).to.deep.equal([3])
    expect(ahead([2], [1, 2], 9)).to.deep.equal([])
  })

  it('leaves empty files out, which are nothing to fetch', () => {
    const empty = { ...folder, entries: entries.map((entry) => ({ ...entry, sizeBytes: 0 })) }
    expect(planAhead(new Set([idOf(2)]), [empty], { isHere: () => true, limitBytes: 99 })).to.deep.equal([])
  })
})
