import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'
import { TestCertificate } from '../support/test-certificate.ts'

describe('integration: webtorrent', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm

  before(async () => {
    swarm = await startPublicSwarm('webtorrent', { bittorrent: { serveTracker: true, listen: 'off' } })
  })
  after(() => swarm.stop())

  it('brings a free file through the tracker of its seeder', async () => {
    await swarm.bringOver(await swarm.share(20), await swarm.start('leecher', ANY))
  })

  it('comes by the tracker of a bootstrap peer to a seeder that was told of none', async () => {
    const told = await swarm.start('told-of-none', { bittorrent: { listen: 'off' } })
    const leecher = await swarm.start('leecher-by-bootstrap', ANY)
    const { fileHash } = await swarm.share(1, told)
    // It asks its bootstrap peer as it starts, and tells nobody when it has heard: the timeout of the test ends this.
    while (!told.node.torrent(fileHash).magnet.includes('&tr=')) await new Promise((resolve) => setImmediate(resolve))
    const { sources } = await swarm.bring(await swarm.share(5, told), leecher)
    expect(sources.map(({ protocol }) => protocol)).to.deep.equal(['webtorrent'])
    expect(swarm.receivedBy(leecher)).to.equal(5)
  })

  it('comes by the tracker with TLS of its seeder', async () => {
    const certificate = new TestCertificate()
    const trusted = getCACertificates('default')
    try {
      setDefaultCACertificates([...trusted, (await certificate.make('IP:127.0.0.1')).certificate])
      const trackerTls = { certificate: certificate.certificateFile, key: certificate.keyFile }
      const own = await swarm.start('tracker-with-tls', {
        bittorrent: { serveTracker: true, trackerTls, listen: 'off' },
      })
      const leecher = await swarm.start('leecher-over-tls', ANY)
      const shared = await swarm.share(5, own)
      expect(own.node.torrent(shared.fileHash).magnet).to.contain(encodeURIComponent('wss://127.0.0.1:'))
      const { sources } = await swarm.bring(shared, leecher)
      expect(sources.map(({ protocol }) => protocol)).to.deep.equal(['webtorrent'])
      expect(swarm.receivedBy(leecher)).to.equal(5)
    } finally {
      setDefaultCACertificates(trusted)
      certificate.remove()
    }
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified', async () => {
    await swarm.bringOver(await swarm.share(60, swarm.seeder, PRICE), await swarm.start('buyer', ANY))
  })
})
