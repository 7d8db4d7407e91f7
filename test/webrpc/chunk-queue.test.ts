import { expect } from 'chai'
import fc from 'fast-check'
import { indexesOf, rangesOfIndexes } from '../../src/in-band/have.ts'
import { ChunkQueue, type ServedRequest } from '../../src/webrpc/chunk-queue.ts'
import { FILE } from '../in-band/shelf.ts'

const request = (requestId: number): ServedRequest => ({
  requestId,
  fileHash: FILE,
  quoteId: 1,
  ranges: [],
  wantProof: false,
})

/** What is waiting, in order, as `request/chunk`. */
function drained(queue: ChunkQueue): string[] {
  const names: string[] = []
  for (let task = queue.take(); task !== undefined; task = queue.take())
    names.push(`${task.request.requestId}/${task.chunkIndex}`)
  return names
}

describe('webrpc/chunk-queue', () => {
  it('gives chunks in the order they were asked for', () => {
    const queue = new ChunkQueue()
    queue.add(request(1), [{ first: 5, count: 2 }])
    queue.add(request(2), [
      { first: 0, count: 1 },
      { first: 9, count: 1 },
    ])
    expect(drained(queue)).to.deep.equal(['1/5', '1/6', '2/0', '2/9'])
  })

  it('keeps that order whatever is put back, and in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 20 }),
        fc.infiniteStream(fc.nat()),
        (requests, taken, order) => {
          const queue = new ChunkQueue()
          for (const [at, indexes] of requests.entries()) queue.add(request(at + 1), rangesOfIndexes(indexes))
          const all = requests.flatMap((indexes, at) =>
            [...indexes].sort((a, b) => a - b).map((index) => `${at + 1}/${index}`),
          )
          const tasks = Array.from({ length: taken }, () => queue.take()).filter((task) => task !== undefined)
          while (tasks.length > 0) {
            const [task] = tasks.splice((order.next().value ?? 0) % tasks.length, 1)
            if (task !== undefined) {
              // one request object a request, as the server has
              queue.putBack(task)
            }
          }
          expect(drained(queue)).to.deep.equal(all)
        },
      ),
    )
  })

  it('takes out what is named and was there, and says what that was', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 20 }),
        fc.uniqueArray(fc.nat({ max: 40 }), { minLength: 1, maxLength: 20 }),
        (there, named) => {
          const queue = new ChunkQueue()
          queue.add(request(1), rangesOfIndexes(there))
          queue.add(request(2), [{ first: 0, count: 2 }])
          const removed = [...indexesOf(queue.remove(1, rangesOfIndexes(named)))]
          expect(removed).to.deep.equal([...there].filter((i) => named.includes(i)).sort((a, b) => a - b))
          const left = [...there].filter((i) => !named.includes(i)).sort((a, b) => a - b)
          expect(drained(queue)).to.deep.equal([...left.map((i) => `1/${i}`), '2/0', '2/1'])
        },
      ),
    )
  })

  it('takes a whole request out, and knows what waits below a chunk', () => {
    const queue = new ChunkQueue()
    const one = request(1)
    queue.add(one, [{ first: 3, count: 3 }])
    queue.add(request(2), [{ first: 0, count: 1 }])
    expect(queue.hasBelow({ request: one, chunkIndex: 4 })).to.equal(true)
    expect(queue.hasBelow({ request: one, chunkIndex: 3 })).to.equal(false)
    expect(queue.remove(1)).to.deep.equal([{ first: 3, count: 3 }])
    expect(drained(queue)).to.deep.equal(['2/0'])
  })
})
