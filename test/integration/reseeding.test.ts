import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { DownloadView, ShareView } from '../../src/node/types.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const CHUNKS = 8
const SIZE = CHUNKS * CHUNK_SIZE_BYTES
const PRICE_PER_MIB = wei(10n ** 15n)
const RESALE_PRICE_PER_MIB = wei(2n * PRICE_PER_MIB)
/** A busy machine must not look like a stalled seeder. */
const UNHURRIED = { stallMs: 30_000 }

const fileCost = (pricePerMiB: Wei): Wei => wei(chunkPrice(pricePerMiB, CHUNK_SIZE_BYTES) * BigInt(CHUNKS))

/** A node that downloads a file and seeds it: its own signed offer, at its own price, is what others call a mirror. */
describe('integration: reseeding', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let publisher: LiveNode
  let reseeder: LiveNode
  let share: ShareView

  before(async () => {
    swarm = await startSwarm()
    const hub = await swarm.start('hub')
    expect(hub.status.shares).to.equal(0)
    publisher = await swarm.start('publisher')
    const [fast, large] = [swarm.path('fast'), swarm.path('large')]
    await mkdir(large)
    const tiers = {
      fast: { folder: fast, limitBytes: SIZE },
      large: { folder: large, limitBytes: 4 * SIZE },
      movesPerHour: 1,
    }
    reseeder = await swarm.start('reseeder', { downloads: UNHURRIED, storage: { tiers } })
    const { path } = await swarm.file('file', SIZE)
    share = await publisher.node.share({ path, pricePerMiB: PRICE_PER_MIB })
  })
  after(() => swarm.stop())

  async function expectSame(download: DownloadView): Promise<void> {
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(download.out)).to.equal(share.sha256)
  }

  /** The reseeder's counter of that name. */
  function counted(name: string): number {
    return Number(new RegExp(`^chiral_content_${name} (\\d+)$`, 'm').exec(reseeder.node.metrics())?.[1])
  }

  it('sells at a price of its own when the publisher is gone, and reads a chunk from the disk once', async () => {
    const out = join(swarm.path('large'), 'copy')
    await expectSame(await get(reseeder.node, { reference: share.fileHash, out }))
    const offered = await reseeder.node.share({ path: out, pricePerMiB: RESALE_PRICE_PER_MIB })
    expect(offered.fileHash).to.equal(share.fileHash)
    await publisher.stop()

    for (const name of ['first', 'second']) {
      const leecher = await swarm.start(name, { downloads: UNHURRIED })
      const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path(`${name}.copy`) })
      await expectSame(download)
      expect(download.spent).to.equal(fileCost(RESALE_PRICE_PER_MIB))
      const brought = download.sources.filter((source) => source.chunks > 0)
      expect(brought.map(({ peerId }) => peerId)).to.deep.equal([reseeder.status.peerId])
    }
    expect(await swarm.received(reseeder.status.address)).to.equal(wei(2n * fileCost(RESALE_PRICE_PER_MIB)))
    expect(counted('memory_misses_total')).to.equal(CHUNKS)
    expect(counted('memory_hits_total')).to.equal(CHUNKS)
    expect(counted('fast_misses_total')).to.equal(CHUNKS)
    expect(counted('memory_bytes')).to.equal(SIZE)
    const { storage } = await reseeder.node.status()
    expect(storage.memoryUsed).to.equal(SIZE)
    expect(storage.used).to.equal(SIZE)
    expect(storage.tiers).to.deep.equal({ fastUsed: 0, largeUsed: SIZE })
  })

  it('serves over HTTP out of the same memory', async () => {
    const leecher = await swarm.start('over HTTP', { downloads: { ...UNHURRIED, protocol: 'http' } })
    const [hits, misses] = [counted('memory_hits_total'), counted('memory_misses_total')]
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('http.copy') })
    await expectSame(download)
    expect(download.sources.map(({ protocol }) => protocol)).to.deep.equal(['http'])
    expect(counted('memory_hits_total')).to.equal(hits + CHUNKS)
    expect(counted('memory_misses_total')).to.equal(misses)
  })

  it('is spoken to on one connection, download after download', async () => {
    const leecher = await swarm.start('third', { downloads: UNHURRIED })
    /** The far end of an inbound connection is the port it was dialled from: another one would be another connection. */
    const connections = (): string[] =>
      reseeder.node
        .peers()
        .filter(({ peerId }) => peerId === leecher.status.peerId)
        .map(({ address, direction }) => `${direction} ${address}`)
    const seen: string[][] = []
    for (const name of ['a', 'b', 'c']) {
      const out = swarm.path(`third.${name}`)
      await expectSame(await get(leecher.node, { reference: share.fileHash, out, closeChannels: name === 'c' }))
      seen.push(connections())
    }
    expect(seen[0]).to.have.length(1)
    expect(seen[1]).to.deep.equal(seen[0])
    expect(seen[2]).to.deep.equal(seen[0])
  })
})
