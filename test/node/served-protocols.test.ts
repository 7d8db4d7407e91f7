import { expect } from 'chai'
import type { NetworkConfig, NodeConfig } from '../../src/node/node-config.ts'
import { servedProtocols } from '../../src/node/served-protocols.ts'

const PUBLIC = ['/ip4/93.184.216.34/tcp/4001/p2p/Qm']
const ALL = ['bitswap', 'webrpc', 'http'] as const

describe('node/served-protocols', () => {
  function served(
    addresses: readonly string[],
    {
      scope = 'public',
      isMapped = false,
      ...more
    }: { scope?: NetworkConfig['scope']; isMapped?: boolean } & Pick<NodeConfig, 'uploads' | 'http'> = {},
  ): readonly string[] {
    const network = { listen: [], announce: [], bootstrap: [], scope }
    return servedProtocols({ network, uploads: undefined, http: undefined, ...more }, { addresses, isMapped }, ALL)
  }

  it('serves over HTTP as well where others reach it, and not behind a NAT', () => {
    expect(served(PUBLIC)).to.deep.equal(['http', 'bitswap', 'webrpc'])
    expect(served([])).to.deep.equal(['bitswap', 'webrpc'])
  })

  it('serves by all on one machine and in a LAN', () => {
    for (const scope of ['loopback', 'lan'] as const) expect(served([], { scope })).to.deep.equal(ALL)
  })

  it('serves over HTTP behind a NAT whose user names a port for it', () => {
    const listen = { host: '0.0.0.0', port: 8080 }
    expect(served([], { http: { listen } })).to.deep.equal(['bitswap', 'webrpc', 'http'])
  })

  it('puts BitTorrent first where a router forwards ports, and goes by the user where none does', () => {
    const network = { listen: [], announce: [], bootstrap: [], scope: 'public' } as const
    const at = (isMapped: boolean) =>
      servedProtocols(
        { network, uploads: { natDefault: 'webtorrent' } },
        { addresses: isMapped ? PUBLIC : [], isMapped },
      )
    expect(at(true)).to.deep.equal(['bittorrent', 'http', 'webtorrent', 'ed2k', 'bitswap', 'webrpc'])
    expect(at(false)).to.deep.equal(['webtorrent', 'bitswap', 'webrpc'])
  })

  it('serves by what the user says, wherever it is', () => {
    const uploads = { protocols: ['http'] } as const
    for (const addresses of [PUBLIC, []]) expect(served(addresses, { uploads })).to.deep.equal(['http'])
  })
})
