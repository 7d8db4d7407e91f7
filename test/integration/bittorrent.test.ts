import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { ShareView } from '../../src/node/types.ts'
import { openBittorrentTransfer } from '../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { systemRandom } from '../../src/system/random.ts'
import { LOOPBACK_RULES } from '../support/bittorrent-seeder.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'
import { cuttingProxy } from '../support/loopback.ts'

const ANY = { downloads: { protocol: undefined, stallMs: 30_000 } } as const
const PRICE = wei(10n ** 15n)

/** Chunks that a node has received over BitTorrent. */
function received({ node }: LiveNode): number {
  return Number(/^chiral_bittorrent_chunks_received_total (\d+)$/m.exec(node.metrics())?.[1])
}

describe('integration: bittorrent', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder')
  })
  after(() => swarm.stop())

  async function shared(fileChunks: number, by = seeder, pricePerMiB = ZERO_WEI): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, fileChunks * CHUNK_SIZE_BYTES - 1)
    return by.node.share({ path, pricePerMiB })
  }

  it('brings a free file when that is wanted', async () => {
    const leecher = await swarm.start('leecher', ANY)
    const share = await shared(20)
    const out = swarm.path('free')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'bittorrent' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bittorrent'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(leecher)).to.equal(20)
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified, and to nobody without a grant', async () => {
    const buyer = await swarm.start('buyer', ANY)
    const share = await shared(60, seeder, PRICE)
    const out = swarm.path('priced')
    const before = await swarm.received(seeder.status.address)
    const job = { reference: share.fileHash, out, protocol: 'bittorrent', closeChannels: true } as const
    const download = await get(buyer.node, job)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bittorrent'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(buyer)).to.equal(60)
    expect(download.spent).to.equal(share.totalPrice)
    expect(await swarm.received(seeder.status.address)).to.equal(before + share.totalPrice)

    const { infohash, peers: addresses } = seeder.node.torrent(share.fileHash)
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
    const share = await shared(120, seller, PRICE)
    const out = swarm.path('mortal')
    const job = { reference: share.fileHash, out, protocol: 'bittorrent', closeChannels: true } as const
    const download = await get(buyer.node, job)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(received(buyer)).to.be.within(1, 119)
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(download.spent).to.equal(share.totalPrice)
    expect(await swarm.received(seller.status.address)).to.equal(share.totalPrice)
  })

  it('uses another way at once where nobody answers at the address of the offer', async () => {
    const nowhere = { host: '127.0.0.1', port: await freePort('127.0.0.1') }
    const seller = await swarm.start('misled', { bittorrent: { announce: nowhere } })
    const leecher = await swarm.start('leecher of the misled', ANY)
    const share = await shared(4, seller)
    const out = swarm.path('misled')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'bittorrent' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['http'])
  })

  it('keeps the torrent of a file over a restart', async () => {
    const first = await swarm.start('restarting')
    const share = await shared(3, first)
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
