import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../../src/domain/chunk.ts'
import { MAX_CHUNKS_PER_REQUEST } from '../../../src/public-protocols/http/limits.ts'
import { takeRun, WantedChunk } from '../../../src/public-protocols/http/wanted-chunk.ts'

const wanted = (...indexes: readonly number[]): WantedChunk[] =>
  indexes.map((chunkIndex) => new WantedChunk(chunkIndex, CHUNK_SIZE_BYTES))
const indexesOf = (chunks: readonly WantedChunk[]): number[] => chunks.map(({ chunkIndex }) => chunkIndex)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('public-protocols/http: chunks that share a request', () => {
  it('are those that follow on the first in the file', () => {
    const waiting = wanted(4, 5, 6, 8, 9)
    expect(indexesOf(takeRun(waiting, 1))).to.deep.equal([4, 5, 6])
    expect(indexesOf(takeRun(waiting, 1))).to.deep.equal([8, 9])
    expect(waiting).to.deep.equal([])
  })

  it('are so few that each free connection has its part', () => {
    const waiting = wanted(...upTo(9))
    expect([4, 3, 2, 1].map((free) => takeRun(waiting, free).length)).to.deep.equal([3, 2, 2, 2])
  })

  it('are no more than a limit', () => {
    expect(takeRun(wanted(...upTo(100)), 1)).to.have.length(MAX_CHUNKS_PER_REQUEST)
  })

  it('are none behind a chunk that is shorter, as the last one is', () => {
    const waiting = [new WantedChunk(0, CHUNK_SIZE_BYTES - 1), ...wanted(1)]
    expect(takeRun(waiting, 1)).to.have.length(1)
  })

  it('are none that failed beside others', () => {
    const waiting = wanted(0, 1, 2)
    for (const chunk of waiting.slice(1, 2)) chunk.isAlone = true
    expect([1, 1, 1].map((free) => indexesOf(takeRun(waiting, free)))).to.deep.equal([[0], [1], [2]])
  })
})
