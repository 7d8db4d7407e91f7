import { expect } from 'chai'
import fc from 'fast-check'
import { ChunkCache } from '../../src/content/chunk-cache.ts'

/** Sizes stand for chunks here: bytes are told apart by identity. */
function chunk(sizeBytes = 10): Uint8Array {
  return new Uint8Array(sizeBytes)
}

/** Asks for a key as a reader does. True: it was in memory. */
function ask(cache: ChunkCache, key: string): boolean {
  if (cache.get(key) !== undefined) return true
  cache.put(key, chunk())
  return false
}

describe('content/chunk-cache', () => {
  it('keeps its limit, counts its bytes, and gives back the very bytes that were put last', () => {
    const key = fc.integer({ min: 0, max: 30 }).map(String)
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), key, sizeBytes: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ do: fc.constant('get' as const), key }),
      fc.record({ do: fc.constant('drop' as const), key }),
      fc.record({ do: fc.constant('drop-all' as const), from: fc.integer({ min: 0, max: 30 }) }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const cache = new ChunkCache(limit)
        const last = new Map<string, Uint8Array>()
        for (const what of steps) {
          if (what.do === 'put') {
            const bytes = chunk(what.sizeBytes)
            last.set(what.key, bytes)
            cache.put(what.key, bytes)
          } else if (what.do === 'drop') {
            last.delete(what.key)
            cache.drop(what.key)
          } else if (what.do === 'drop-all') {
            for (const name of last.keys()) if (Number(name) >= what.from) last.delete(name)
            cache.dropWhere((name) => Number(name) >= what.from)
          } else {
            const found = cache.get(what.key)
            if (found !== undefined) expect(found).to.equal(last.get(what.key))
          }
          expect(cache.usedBytes).to.be.at.most(limit)
        }
        let bytes = 0
        for (const name of last.keys()) bytes += cache.get(name)?.byteLength ?? 0
        expect(cache.usedBytes).to.equal(bytes)
      }),
    )
  })

  it('keeps what is asked for again and again, whatever is read through once meanwhile', () => {
    const hot = Array.from({ length: 50 }, (_, index) => `hot ${index}`)
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 5_000 }), (scanned) => {
        const cache = new ChunkCache(1_000)
        for (let round = 0; round < 3; round++) for (const key of hot) ask(cache, key)
        for (let index = 0; index < scanned; index++) ask(cache, `scan ${index}`)
        expect(hot.filter((key) => ask(cache, key))).to.have.length(hot.length)
      }),
      { numRuns: 20 },
    )
  })

  it('takes in what becomes popular after a scan filled the memory', () => {
    const cache = new ChunkCache(1_000)
    for (let index = 0; index < 5_000; index++) ask(cache, `scan ${index}`)
    const fresh = Array.from({ length: 50 }, (_, index) => `fresh ${index}`)
    for (let round = 0; round < 4; round++) for (const key of fresh) ask(cache, key)
    expect(fresh.every((key) => ask(cache, key))).to.equal(true)
  })

  it('lets what nobody asks for any more go', () => {
    const cache = new ChunkCache(1_000)
    for (const name of ['old', 'new'])
      for (let round = 0; round < 12; round++) for (let index = 0; index < 90; index++) ask(cache, `${name} ${index}`)
    const [old, now] = ['old', 'new'].map(
      (name) =>
        Array.from({ length: 90 }, (_, i) => `${name} ${i}`).filter((key) => cache.get(key) !== undefined).length,
    )
    expect(now).to.equal(90)
    expect(old).to.be.at.most(10)
  })
})
