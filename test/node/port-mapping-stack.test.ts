import { expect } from 'chai'
import { whyNotMapped } from '../../src/node/port-mapping-stack.ts'

const HOME = ['192.168.88.2', '172.17.0.1', '100.64.0.9']

describe('node/port-mapping-stack', () => {
  const why = (over: Partial<Parameters<typeof whyNotMapped>[0]> = {}, own: readonly string[] = HOME) =>
    whyNotMapped({ portMapping: true, scope: 'public', announce: [], ...over }, own)

  it('asks a router on the Internet alone, and where nobody said how this node is reached', () => {
    expect(why()).to.equal(undefined)
    for (const scope of ['lan', 'loopback'] as const) expect(why({ scope })).to.contain(scope)
    expect(why({ announce: ['/ip4/45.32.7.1/tcp/4001'] })).to.contain('network.announce')
    expect(why({ portMapping: false })).to.contain('network.port_mapping')
  })

  it('asks none for a machine with a public address, and does so for one without any', () => {
    expect(why({}, [...HOME, '93.184.216.34'])).to.contain('93.184.216.34')
    expect(why({}, [])).to.equal(undefined)
  })
})
