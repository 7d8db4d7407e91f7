import { expect } from 'chai'
import { wei, ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { ShareView } from '../../src/node/types.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const ANY = { downloads: { protocol: undefined, stallMs: 30_000 } } as const
const PRICE = wei(10n ** 15n)

/** Chunks that a node has received over WebTorrent. */
function received({ node }: LiveNode): number {
  return Number(/^chiral_webtorrent_chunks_received_total (\d+)$/m.exec(node.metrics())?.[1])
}

describe('integration: webtorrent', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let seeder: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    seeder = await swarm.start('seeder', { bittorrent: { serveTracker: true, listen: 'off' } })
  })
  after(() => swarm.stop())

  async function shared(fileChunks: number, pricePerMiB = ZERO_WEI): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, fileChunks * CHUNK_SIZE_BYTES - 1)
    return seeder.node.share({ path, pricePerMiB })
  }

  it('brings a free file through the tracker of its seeder', async () => {
    const leecher = await swarm.start('leecher', ANY)
    const share = await shared(20)
    const out = swarm.path('free')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'webtorrent' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['webtorrent'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(leecher)).to.equal(20)
  })

  it('comes by the tracker of a bootstrap peer to a seeder that was told of none', async () => {
    const told = await swarm.start('told-of-none', { bittorrent: { listen: 'off' } })
    const leecher = await swarm.start('leecher-by-bootstrap', ANY)
    const first = await swarm.file('before-it-learned', CHUNK_SIZE_BYTES)
    const { fileHash } = await told.node.share({ path: first.path, pricePerMiB: ZERO_WEI })
    // It asks its bootstrap peer as it starts, and tells nobody when it has heard: the timeout of the test ends this.
    while (!told.node.torrent(fileHash).magnet.includes('&tr=')) await new Promise((resolve) => setImmediate(resolve))
    const { path } = await swarm.file('by-bootstrap', 5 * CHUNK_SIZE_BYTES)
    const share = await told.node.share({ path, pricePerMiB: ZERO_WEI })
    const out = swarm.path('got-by-bootstrap')
    const download = await get(leecher.node, { reference: share.fileHash, out, protocol: 'webtorrent' })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['webtorrent'])
    expect(received(leecher)).to.equal(5)
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified', async () => {
    const buyer = await swarm.start('buyer', ANY)
    const share = await shared(60, PRICE)
    const out = swarm.path('priced')
    const before = await swarm.received(seeder.status.address)
    const job = { reference: share.fileHash, out, protocol: 'webtorrent', closeChannels: true } as const
    const download = await get(buyer.node, job)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['webtorrent'])
    expect(await sha256Of(out)).to.equal(share.sha256)
    expect(received(buyer)).to.equal(60)
    expect(download.spent).to.equal(share.totalPrice)
    expect(await swarm.received(seeder.status.address)).to.equal(before + share.totalPrice)
  })
})
