import { expect } from 'chai'
import { ConnectionCount } from '../../../src/public-protocols/bittorrent/connection-count.ts'
import { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } from '../../../src/public-protocols/bittorrent/limits.ts'

describe('public-protocols/bittorrent/connection-count', () => {
  it('takes so many of an address, and so many in all, and each again when one is gone', () => {
    const count = new ConnectionCount()
    const gone: (() => void)[] = []
    for (let index = 0; index < MAX_CONNECTIONS; index++) {
      const letGo = count.take(`203.0.113.${Math.floor(index / MAX_CONNECTIONS_PER_ADDRESS)}`)
      if (letGo === undefined) throw new Error(`${index} is not taken`)
      gone.push(letGo)
    }
    expect(count.take('203.0.113.0'), 'one more of the address').to.equal(undefined)
    expect(count.take('198.51.100.1'), 'one more in all').to.equal(undefined)
    gone[0]?.()
    gone[0]?.()
    expect(count.take('198.51.100.1')).to.be.a('function')
    expect(count.take('198.51.100.1'), 'a place that is given back twice is one').to.equal(undefined)
  })

  it('counts a network of IPv6 as one address', () => {
    const count = new ConnectionCount()
    for (let index = 0; index < MAX_CONNECTIONS_PER_ADDRESS; index++)
      expect(count.take(`2001:db8::${index + 1}`)).to.be.a('function')
    expect(count.take('2001:db8::ffff')).to.equal(undefined)
    expect(count.take('2001:db8:1::1')).to.be.a('function')
  })
})
