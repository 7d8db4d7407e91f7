import { expect } from 'chai'
import { parseMultiaddr } from '../../src/network/addresses.ts'
import { portForOthers } from '../../src/network/forwarded-address.ts'
import { freePort } from '../../src/system/free-port.ts'
import { createNodes } from './nodes.ts'

describe('network/forwarded-address', () => {
  const nodes = createNodes()
  afterEach(() => nodes.stop())

  it('announces where a router forwards to a node, as long as it does', async () => {
    const own = { host: '127.0.0.1', port: await freePort('127.0.0.1') }
    const node = await nodes.start({ scope: 'public', listen: [`/ip4/${own.host}/tcp/${own.port}`] })
    expect([node.addresses(), node.listeningPort()]).to.deep.equal([[], undefined])
    const [first, second] = [
      { host: '45.32.7.1', port: 5001 },
      { host: '45.32.7.77', port: 5001 },
    ]
    node.forwarded({ own, before: undefined, after: first })
    expect(node.addresses()).to.deep.equal([`/ip4/45.32.7.1/tcp/5001/p2p/${node.peerId}`])
    node.forwarded({ own, before: first, after: second })
    expect(node.addresses()).to.deep.equal([`/ip4/45.32.7.77/tcp/5001/p2p/${node.peerId}`])
    node.forwarded({ own, before: second, after: undefined })
    expect(node.addresses()).to.deep.equal([])
  })

  it('has the TCP port that other machines find forwarded, and none that is for this one, or for WebSockets', () => {
    const portOf = (...addresses: readonly string[]) => portForOthers(addresses.map(parseMultiaddr))
    expect(
      portOf('/ip4/127.0.0.1/tcp/1', '/ip4/192.168.88.2/udp/4001/webrtc-direct', '/ip4/192.168.88.2/tcp/4001'),
    ).to.equal(4001)
    expect(portOf('/ip4/127.0.0.1/tcp/1', '/ip6/2606:2800:220:1::1/tcp/2', '/ip4/192.168.88.2/tcp/3/ws')).to.equal(
      undefined,
    )
  })
})
