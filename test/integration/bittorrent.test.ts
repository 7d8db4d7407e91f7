import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { openBittorrentTransfer } from '../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { systemRandom } from '../../src/system/random.ts'
import { LOOPBACK_RULES } from '../support/bittorrent-seeder.ts'
import { cuttingProxy } from '../support/loopback.ts'
import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'

describe('integration: bittorrent', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm

  before(async () => {
    swarm = await startPublicSwarm('bittorrent')
  })
  after(() => swarm.stop())

  it('brings a free file when that is wanted', async () => {
    await swarm.bringOver(await swarm.share(20), await swarm.start('leecher', ANY))
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified, and to nobody without a grant', async () => {
    const share = await swarm.share(60, swarm.seeder, PRICE)
    await swarm.bringOver(share, await swarm.start('buyer', ANY))

    const { infohash, peers: addresses } = swarm.seeder.node.torrent(share.fileHash)
    const deps = {
      rules: LOOPBACK_RULES,
      clock: systemClock,
      random: systemRandom,
      metrics: createDownloaderMetrics('bittorrent'),
    }
    const stranger = await openBittorrentTransfer({ infohash, addresses }, share, deps)
    const refused = await stranger
      .request({ chunkIndex: 0, lengthBytes: CHUNK_SIZE_BYTES })
      .catch((error) => error.code)
    expect(refused).to.equal('PAYMENT_REQUIRED')
    await stranger.close()
  })

  it('goes on by the stream when BitTorrent dies in the middle of what is paid for, and pays nothing twice', async () => {
    const port = await freePort('127.0.0.1')
    const proxy = await cuttingProxy(port, 3.5 * CHUNK_SIZE_BYTES)
    swarm.defer(() => proxy.stop())
    const [listen, announce] = [port, proxy.port].map((each) => ({ host: '127.0.0.1', port: each }))
    const seller = await swarm.start('mortal seller', { bittorrent: { listen, announce } })
    const buyer = await swarm.start('buyer of a mortal', ANY)
    const share = await swarm.share(120, seller, PRICE)
    await swarm.bring(share, buyer)
    expect(swarm.receivedBy(buyer)).to.be.within(1, 119)
    expect(await swarm.received(seller.status.address)).to.equal(share.totalPrice)
  })

  it('uses another way at once where nobody answers at the address of the offer', async () => {
    const nowhere = { host: '127.0.0.1', port: await freePort('127.0.0.1') }
    const seller = await swarm.start('misled', { bittorrent: { announce: nowhere } })
    const leecher = await swarm.start('leecher of the misled', ANY)
    const download = await swarm.bring(await swarm.share(4, seller), leecher)
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['http'])
  })

  it('keeps the torrent of a file over a restart', async () => {
    const first = await swarm.start('restarting')
    const share = await swarm.share(3, first)
    const before = first.node.torrent(share.fileHash)
    await first.stop()
    const second = await swarm.start('restarting')
    const after = second.node.torrent(share.fileHash)
    expect(Buffer.compare(after.torrent, before.torrent)).to.equal(0)
    expect(after.infohash)
      .to.equal(before.infohash)
      .and.to.match(/^[0-9a-f]{40}$/)
  })
})
