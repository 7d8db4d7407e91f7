import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { NOBODY } from '../../src/domain/ids.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import type { SourceView } from '../../src/node/source-view.ts'
import type { DownloadView, ShareView } from '../../src/node/types.ts'
import type { ServeParts } from '../../src/public-protocols/bittorrent/served-wire.ts'
import { systemClock } from '../../src/system/clock.ts'
import { freePort } from '../../src/system/free-port.ts'
import { getBatch } from '../support/batches.ts'
import { servePartsOf, startTestBittorrent, torrentsOf } from '../support/bittorrent-seeder.ts'
import { startTestDht } from '../support/dht-node.ts'
import { chunkOf } from '../support/http-seeder.ts'
import {
  get,
  type LiveNode,
  type Swarm,
  sha256Of,
  startSwarm,
  untilDownload,
  untilEnded,
} from '../support/live-swarm.ts'
import { type PeerTracker, startPeerTracker } from '../support/swarm-peers.ts'
import { startTestTracker, startTestWebtorrent } from '../support/webtorrent-seeder.ts'

const PRICE = wei(10n ** 15n)
const CHUNKS = 60
/** A seller so slow that there is something left for others when they are found: 8 chunks a second. */
const SLOW_BYTES_PER_SECOND = 8 * CHUNK_SIZE_BYTES

interface Shared {
  readonly share: ShareView
  readonly content: Uint8Array
  readonly seller: LiveNode
}

describe('integration: sources without an offer', function () {
  this.timeout(240_000)
  let swarm: Swarm
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    await swarm.start('meeting place') // what all others meet at, also when a seller is gone
  })
  after(() => swarm.stop())

  /** By a seller of its own. */
  async function sold(
    maxRate = SLOW_BYTES_PER_SECOND,
    bittorrent: NodeConfig['bittorrent'] = undefined,
  ): Promise<Shared> {
    const seller = await swarm.start(`seller ${++count}`, { uploads: { maxRate }, bittorrent })
    const { path } = await swarm.file(`file ${count}`, CHUNKS * CHUNK_SIZE_BYTES - 1)
    const share = await seller.node.share({ path, pricePerMiB: PRICE })
    return { share, content: await readFile(path), seller }
  }

  /** What a peer of the file's swarm needs to serve every `step`th chunk, to who gives nothing for it. What `read` gives may be a lie, or late. */
  function partsOf(
    { share, content, seller }: Shared,
    read = async (index: number) => chunkOf(content, index),
    step = 2,
  ): { parts: ServeParts; infohash: string } {
    const { infohash } = seller.node.torrent(share.fileHash)
    const held = new Bitfield(chunkCount(share.sizeBytes))
    for (let index = 0; index < held.length; index += step) held.add(index)
    const torrent = { fileHash: share.fileHash, sizeBytes: share.sizeBytes, infohash, isFree: true, held }
    return { parts: servePartsOf(torrentsOf(torrent, read), { clock: systemClock }), infohash }
  }

  /** A port that it has. */
  async function peer(...served: Parameters<typeof partsOf>): Promise<number> {
    const started = await startTestBittorrent(partsOf(...served).parts)
    swarm.defer(() => started.stop())
    return started.port
  }

  function signalledPeer(file: Shared, trackers: readonly string[], read?: Parameters<typeof partsOf>[1]): void {
    const { parts, infohash } = partsOf(file, read)
    const { seeder } = startTestWebtorrent(parts, { clock: systemClock, trackers, infohash })
    swarm.defer(() => seeder.stop())
  }

  /** The URL of a tracker on a WebSocket. */
  async function signalling(): Promise<string> {
    const { url, stop } = await startTestTracker()
    swarm.defer(stop)
    return url
  }

  async function tracker(...ports: readonly number[]): Promise<PeerTracker> {
    const started = await startPeerTracker(ports)
    swarm.defer(() => started.stop())
    return started
  }

  async function bought(
    { share }: Shared,
    bittorrent: NodeConfig['bittorrent'],
    freeSources?: boolean,
  ): Promise<{ download: DownloadView; buyer: LiveNode }> {
    const buyer = await swarm.start(`buyer ${++count}`, { bittorrent })
    const out = swarm.path(`out ${count}`)
    const download = await get(buyer.node, { reference: share.fileHash, out, freeSources })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(share.sha256)
    return { download, buyer }
  }

  const strangersOf = ({ sources }: DownloadView): SourceView[] => sources.filter(({ payee }) => payee === NOBODY)

  /** To the wei what the seller's chunks cost, and not one beside. */
  async function expectPaid({ download }: { download: DownloadView }, { share, seller }: Shared): Promise<void> {
    const sold = download.sources.find(({ payee }) => payee === seller.status.address)
    const all = share.totalPrice
    const brought = strangersOf(download).reduce((sum, { chunks }) => sum + chunks, 0)
    expect((sold?.chunks ?? 0) + brought).to.equal(CHUNKS)
    expect(download.spent).to.equal(sold?.verified)
    expect(await swarm.received(seller.status.address)).to.equal(sold?.verified)
    expect(sold?.verified ?? 0n).to.satisfy((paid: bigint) => paid < all && paid > 0n)
    for (const { paid, vouchers, verified } of strangersOf(download))
      expect({ paid, vouchers, verified }).to.deep.equal({ paid: 0n, vouchers: 0, verified: 0n })
  }

  it('brings chunks from a swarm for nothing while a seller is paid for the others', async () => {
    const file = await sold()
    const { url } = await tracker(await peer(file))
    const got = await bought(file, { trackers: [url] }, true)
    await expectPaid(got, file)
    const [stranger] = strangersOf(got.download)
    expect(stranger?.chunks).to.be.greaterThan(0)
    expect(stranger?.chunksBy).to.deep.equal({ bittorrent: stranger?.chunks })
    expect(stranger?.bytes).to.be.greaterThan(0)
  })

  it('finds peers in the DHT alone', async () => {
    const file = await sold()
    const dht = await startTestDht()
    swarm.defer(() => dht.stop())
    const { infohash } = file.seller.node.torrent(file.share.fileHash)
    dht.serve([{ target: infohash, port: await peer(file) }])
    const got = await bought(file, { dhtBootstrap: [{ host: '127.0.0.1', port: dht.port }] }, true)
    await expectPaid(got, file)
    expect(strangersOf(got.download)[0]?.chunks).to.be.greaterThan(0)
  })

  it('meets peers by WebRTC at a tracker on a WebSocket, the seller aside', async () => {
    const trackers = [await signalling()]
    const file = await sold(SLOW_BYTES_PER_SECOND, { trackers })
    signalledPeer(file, trackers)
    const got = await bought(file, { trackers }, true)
    await expectPaid(got, file)
    const [stranger, ...others] = strangersOf(got.download)
    expect(others).to.deep.equal([])
    expect(stranger?.peerId).to.match(/^webtorrent:[0-9a-f]{8}@127\.0\.0\.1:\d+\/[1-3]$/)
    expect(stranger?.chunks).to.be.greaterThan(0)
    expect(stranger?.chunksBy).to.deep.equal({ webtorrent: stranger?.chunks })
  })

  it('lets go a peer by WebRTC that lies, and bans nobody for it', async () => {
    const trackers = [await signalling()]
    const file = await sold()
    signalledPeer(file, trackers, async (index) => new Uint8Array(chunkOf(file.content, index).byteLength))
    const { download, buyer } = await bought(file, { trackers }, true)
    expect(strangersOf(download).map(({ phase, chunks }) => [phase, chunks])).to.deep.equal([['banned', 0]])
    expect(buyer.node.peerBook.bans()).to.deep.equal([])
    expect(download.spent).to.equal(file.share.totalPrice)
  })

  it('brings all that is missing when the seller is gone', async () => {
    const file = await sold()
    const gone = Promise.withResolvers<void>()
    let given = 0
    const read = async (index: number): Promise<Uint8Array> => {
      if (++given > 8) await gone.promise
      return chunkOf(file.content, index)
    }
    const { url } = await tracker(await peer(file, read, 1))
    const buyer = await swarm.start(`buyer ${++count}`, { bittorrent: { trackers: [url] } })
    const out = swarm.path(`out ${count}`)
    const request = { reference: file.share.fileHash, out, freeSources: true, closeChannels: false }
    const { downloadId } = await buyer.node.download(request)
    const isMoving = ({ sources }: DownloadView): boolean => sources.some(({ vouchers }) => vouchers > 0)
    await untilDownload(buyer.node, downloadId, isMoving)
    await file.seller.stop()
    gone.resolve()
    const download = await untilEnded(buyer.node, downloadId)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(file.share.sha256)
  })

  it('bans a peer that lies, for this download and by its address, and nobody else', async () => {
    const file = await sold()
    const honest = await peer(file)
    const liar = await peer(file, async (index) => new Uint8Array(chunkOf(file.content, index).byteLength))
    const got = await bought(file, { trackers: [(await tracker(liar, honest)).url] }, true)
    await expectPaid(got, file)
    const phases = strangersOf(got.download).map(({ peerId, phase, chunks }) => [
      peerId,
      phase === 'banned',
      chunks > 0,
    ])
    expect(phases).to.have.deep.members([
      [`bittorrent:127.0.0.1:${liar}`, true, false],
      [`bittorrent:127.0.0.1:${honest}`, false, true],
    ])
    const [seen] = await got.buyer.node.peerBook.show(`bittorrent:127.0.0.1:${liar}`)
    expect(seen?.terms.filter(({ isGood }) => !isGood)).not.to.deep.equal([])
    expect(seen).to.include({ paidTo: 0n, account: seen?.peerId })
    const bans = got.buyer.node.peerBook.bans()
    expect(bans.map(({ subject }) => subject)).to.deep.equal([`bittorrent:127.0.0.1:${liar}`])
    await got.buyer.node.peerBook.unban(`bittorrent:127.0.0.1:${liar}`)
    expect(got.buyer.node.peerBook.bans()).to.deep.equal([])
  })

  it('goes on as without it where nobody answers', async () => {
    const file = await sold(0)
    const nobody = await freePort('127.0.0.1')
    const { url } = await tracker(nobody)
    const { download } = await bought(file, { trackers: [url, `http://127.0.0.1:${nobody}/announce`] }, true)
    expect(download.sources.map(({ payee }) => payee)).to.deep.equal([file.seller.status.address])
    expect(download.spent).to.equal(file.share.totalPrice)
  })

  it('brings chunks of a batch as well, and its summary says from whom', async () => {
    const file = await sold()
    const port = await peer(file)
    const { url } = await tracker(port)
    const buyer = await swarm.start(`buyer ${++count}`, { bittorrent: { trackers: [url] } })
    const out = swarm.path(`folder ${count}`)
    const items = [{ reference: file.share.fileHash, path: 'film' }]
    const batch = await getBatch(buyer.node, { items, out, freeSources: true })
    expect(batch.phase, JSON.stringify(batch.error)).to.equal('done')
    expect(await sha256Of(`${out}/film`)).to.equal(file.share.sha256)
    const given = batch.sources.find(({ payee }) => payee === NOBODY)
    const seller = batch.sources.find(({ payee }) => payee === file.seller.status.address)
    expect(given).to.include({ peerId: `bittorrent:127.0.0.1:${port}`, paid: 0n, vouchers: 0 })
    expect((given?.chunks ?? 0) + (seller?.chunks ?? 0)).to.equal(CHUNKS)
    expect(batch.spent).to.equal(seller?.paid)
    expect(await swarm.received(file.seller.status.address)).to.equal(seller?.paid)
  })

  it('asks nobody unless it is wanted', async () => {
    const file = await sold(0)
    const { url, asked } = await tracker(await peer(file))
    const { download } = await bought(file, { trackers: [url] })
    expect(download.spent).to.equal(file.share.totalPrice)
    expect(asked).to.deep.equal([])
  })
})
