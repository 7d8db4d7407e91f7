import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import type { TlsFiles } from '../../src/node/node-config.ts'
import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'
import { TestCertificate } from '../support/test-certificate.ts'

describe('integration: webtorrent', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm
  let count = 0

  before(async () => {
    swarm = await startPublicSwarm('webtorrent', { bittorrent: { serveTracker: true, listen: 'off' } })
  })
  after(() => swarm.stop())

  /** A seeder that is told of no tracker has learned such a one of its bootstrap peer, and a leecher gets a file of it there. */
  async function expectBroughtBy(tracker: RegExp, bootstrap?: readonly string[]): Promise<void> {
    const network = bootstrap === undefined ? {} : { network: { bootstrap } }
    const told = await swarm.start(`told-of-none ${++count}`, { bittorrent: { listen: 'off' }, ...network })
    const leecher = await swarm.start(`leecher ${count}`, { ...ANY, ...network })
    const { fileHash } = await swarm.share(1, told)
    // It asks its bootstrap peer as it starts, and tells nobody when it has heard: the timeout of the test ends this.
    while (!tracker.test(told.node.torrent(fileHash).magnet)) await new Promise((resolve) => setImmediate(resolve))
    const { sources } = await swarm.bring(await swarm.share(5, told), leecher)
    expect(sources.map(({ protocol }) => protocol)).to.deep.equal(['webtorrent'])
    expect(swarm.receivedBy(leecher)).to.equal(5)
  }

  /** With a certificate that is believed meanwhile. */
  async function certifiedFor(names: string, run: (files: TlsFiles) => Promise<void>): Promise<void> {
    const certificate = new TestCertificate()
    const trusted = getCACertificates('default')
    try {
      setDefaultCACertificates([...trusted, (await certificate.make(names)).certificate])
      await run({ certificate: certificate.certificateFile, key: certificate.keyFile })
    } finally {
      setDefaultCACertificates(trusted)
      certificate.remove()
    }
  }

  it('brings a free file through the tracker of its seeder', async () => {
    await swarm.bringOver(await swarm.share(20), await swarm.start('leecher', ANY))
  })

  it('comes by the tracker of a bootstrap peer to a seeder that was told of none', async () => {
    await expectBroughtBy(/&tr=ws%3A/)
  })

  it('comes by the tracker with TLS of its seeder', () =>
    certifiedFor('IP:127.0.0.1', async (trackerTls) => {
      const own = await swarm.start('tracker-with-tls', {
        bittorrent: { serveTracker: true, trackerTls, listen: 'off' },
      })
      const leecher = await swarm.start('leecher-over-tls', ANY)
      const shared = await swarm.share(5, own)
      expect(own.node.torrent(shared.fileHash).magnet).to.contain(encodeURIComponent('wss://127.0.0.1:'))
      const { sources } = await swarm.bring(shared, leecher)
      expect(sources.map(({ protocol }) => protocol)).to.deep.equal(['webtorrent'])
      expect(swarm.receivedBy(leecher)).to.equal(5)
    }))

  it('comes by the tracker with TLS of a bootstrap peer, under its name, to a seeder that was told of none', () =>
    certifiedFor('DNS:localhost', async (trackerTls) => {
      const bittorrent = { serveTracker: true, trackerTls, listen: 'off' } as const
      const { status } = await swarm.start('tracker-with-a-name', { bittorrent })
      await expectBroughtBy(/&tr=wss%3A%2F%2Flocalhost%3A/, status.addresses)
    }))

  it('brings a file with a price when that is wanted, paid to the wei after it verified', async () => {
    await swarm.bringOver(await swarm.share(60, swarm.seeder, PRICE), await swarm.start('buyer', ANY))
  })
})
