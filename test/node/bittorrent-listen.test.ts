import { expect } from 'chai'
import { announcedPeers, announcedTracker, planBittorrent } from '../../src/node/bittorrent-listen.ts'

const PUBLIC = ['/ip4/203.0.113.7/tcp/4001', '/ip4/203.0.113.7/udp/4001/webrtc-direct', '/ip6/2001:db8::7/tcp/4001']

describe('node/bittorrent-listen', () => {
  it('listens where it is of use unless the user says otherwise', () => {
    expect(planBittorrent({}, 'loopback', [])).to.deep.equal({ host: '127.0.0.1', port: 0, anyPort: true })
    expect(planBittorrent({}, 'lan', [])).to.deep.equal({ host: '0.0.0.0', port: 6_881, anyPort: true })
    expect(planBittorrent({}, 'public', PUBLIC)).to.deep.equal({ host: '0.0.0.0', port: 6_881, anyPort: true })
    expect(planBittorrent({}, 'public', [])).to.equal(undefined)
    expect(planBittorrent({ listen: 'off' }, 'lan', PUBLIC)).to.equal(undefined)
    const listen = { host: '192.0.2.1', port: 7_000 }
    expect(planBittorrent({ listen }, 'public', PUBLIC)).to.deep.equal({ ...listen, anyPort: false })
  })

  it('announces each address once, as offers have it', () => {
    expect(announcedPeers({ host: '127.0.0.1', port: 7 }, PUBLIC)).to.deep.equal(['127.0.0.1:7'])
    expect(announcedPeers({ host: '0.0.0.0', port: 7 }, PUBLIC)).to.deep.equal(['203.0.113.7:7'])
    expect(announcedPeers({ host: '::', port: 7 }, PUBLIC)).to.deep.equal(['203.0.113.7:7', '[2001:db8::7]:7'])
    expect(announcedPeers({ host: '0.0.0.0', port: 7 }, [])).to.deep.equal([])
  })

  it('names a tracker by its address, or by what its certificate is for', () => {
    const listen = { host: '::', port: 7 }
    const plain = ['ws://203.0.113.7:7/', 'udp://203.0.113.7:7', 'http://203.0.113.7:7/announce']
    expect(announcedTracker(listen, PUBLIC)).to.deep.equal(plain)
    expect(announcedTracker(listen, [])).to.deep.equal([])
    const [wss, https] = ['wss://tracker.example:7/', 'https://tracker.example:7/announce']
    expect(announcedTracker(listen, PUBLIC, 'tracker.example')).to.deep.equal([wss, 'udp://203.0.113.7:7', https])
    expect(announcedTracker(listen, [], 'tracker.example')).to.deep.equal([wss, https])
  })
})
