import { expect } from 'chai'
import { announceable, parseMultiaddr, peerIdOf, scopeAllows } from '../../src/network/addresses.ts'
import type { NetworkScope } from '../../src/network/network.ts'

const PEER = '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq'
const RELAY = '12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba'

function allowed(scope: NetworkScope, address: string): boolean {
  return scopeAllows(scope, parseMultiaddr(address))
}

describe('network/addresses', () => {
  it('keeps a public node away from addresses that are not public', () => {
    for (const address of [
      '/ip4/10.0.0.5/tcp/4001',
      '/ip4/172.16.9.9/tcp/1',
      '/ip4/192.168.1.100/udp/4001/webrtc-direct',
      '/ip4/127.0.0.1/tcp/8545',
      '/ip4/100.64.0.1/tcp/1',
      '/ip4/169.254.169.254/tcp/80',
      '/ip4/0.0.0.0/tcp/1',
      '/ip4/224.0.0.1/tcp/1',
      '/ip4/203.0.113.9/tcp/1',
      '/ip6/::1/tcp/1',
      '/ip6/fe80::1/tcp/1',
      '/ip6/fd00::1/tcp/1',
      '/ip6/2001:db8::1/tcp/1',
      '/ip6/::ffff:192.168.0.1/tcp/1',
    ])
      expect(allowed('public', address), address).to.equal(false)
    for (const address of [
      '/ip4/1.2.3.4/tcp/4001',
      '/ip4/100.128.0.1/tcp/1',
      '/ip6/2606:4700::1/tcp/1',
      '/dns4/seeder.example/tcp/443',
      `/ip4/1.2.3.4/tcp/1/p2p/${RELAY}/p2p-circuit`,
    ])
      expect(allowed('public', address), address).to.equal(true)
  })

  it('keeps every address on a LAN, and only loopback ones on loopback', () => {
    expect(allowed('lan', '/ip4/192.168.1.100/tcp/1')).to.equal(true)
    expect(allowed('loopback', '/ip4/127.0.0.1/tcp/1')).to.equal(true)
    expect(allowed('loopback', '/ip6/::1/tcp/1')).to.equal(true)
    expect(allowed('loopback', '/ip4/192.168.1.100/tcp/1')).to.equal(false)
    expect(allowed('loopback', '/ip4/1.2.3.4/tcp/1')).to.equal(false)
  })

  it('announces loopback on a LAN only when there is nothing else', () => {
    const loopback = parseMultiaddr('/ip4/127.0.0.1/tcp/1')
    const lan = parseMultiaddr('/ip4/192.168.1.2/tcp/1')
    expect(announceable('lan', [loopback, lan]).map(String)).to.deep.equal(['/ip4/192.168.1.2/tcp/1'])
    expect(announceable('lan', [loopback]).map(String)).to.deep.equal(['/ip4/127.0.0.1/tcp/1'])
    expect(announceable('public', [loopback, lan])).to.deep.equal([])
  })

  it('takes the destination of a relayed address, and says what is no address', () => {
    expect(peerIdOf(parseMultiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`))).to.equal(PEER)
    expect(peerIdOf(parseMultiaddr('/ip4/1.2.3.4/tcp/1'))).to.equal(undefined)
    expect(() => parseMultiaddr('1.2.3.4:4001'))
      .to.throw()
      .with.property('code', 'DECODE_FAILED')
  })
})
