import { expect } from 'chai'
import { Requests } from '../../src/node/download/requests.ts'

describe('node/download/requests', () => {
  it('counts what was asked for until it is answered, once', () => {
    const requests = new Requests()
    const [first, second] = [requests.begin(1), requests.begin(2)]
    expect(requests.asked).to.equal(2)
    first.answered()
    first.answered()
    expect(requests.asked).to.equal(1)
    second.answered()
    expect(requests.asked).to.equal(0)
  })

  it('takes the end of an earlier request for none of a later one for the same chunk', () => {
    const requests = new Requests()
    const earlier = requests.begin(1)
    const later = requests.begin(1)
    earlier.answered()
    expect(requests.asked).to.equal(1)
    requests.cancel(1)
    expect([earlier, later].map(({ signal }) => signal.aborted)).to.deep.equal([false, true])
  })

  it('cancels one chunk, or all', () => {
    const requests = new Requests()
    const signals = [1, 2, 3].map((chunk) => requests.begin(chunk).signal)
    requests.cancel(2)
    requests.cancel(9)
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false, true, false])
    requests.cancelAll()
    expect(signals.every(({ aborted }) => aborted)).to.equal(true)
  })

  it('counts a chunk as being stored until that is over, however it ends', async () => {
    const requests = new Requests()
    const { promise, resolve } = Promise.withResolvers<string>()
    const storing = requests.store(() => promise)
    const failing = requests.store(() => Promise.reject(new Error('disk')))
    expect(requests.storing).to.equal(2)
    expect(await failing.catch(({ message }: Error) => message)).to.equal('disk')
    expect(requests.storing).to.equal(1)
    resolve('stored')
    expect(await storing).to.equal('stored')
    expect(requests.storing).to.equal(0)
  })
})
