import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import type { PeerDetails } from '../../src/node/peer-types.ts'
import type { ChiralNode, DownloadView } from '../../src/node/types.ts'
import { delay, systemClock } from '../../src/system/clock.ts'
import { chunkOf, corrupted, type EvilSeeder, startEvilSeeder } from '../support/evil-seeder.ts'
import { get, type LiveNode, type Swarm, startSwarm } from '../support/live-swarm.ts'

const FILE_CHUNKS = 64
const MIB = 2 ** 20
/** So that the slow one has the time to deliver anything at all. */
const GOOD_RATE = 8 * MIB
/** A third of a second a chunk, one after the other: a tenth of the good one. */
const SLOW_CHUNK_MS = 330
/** The worse, the cheaper: by price the good one comes last. */
const PRICE = { liar: wei(10n ** 15n - 8n), slow: wei(10n ** 15n - 4n), good: wei(10n ** 15n) }

describe('integration: a slow, a lying and a good seller of one file', function () {
  this.timeout(120_000)
  let swarm: Swarm
  let good: LiveNode
  let leecher: LiveNode
  let slow: EvilSeeder
  let liar: EvilSeeder

  before(async () => {
    swarm = await startSwarm()
    await swarm.start('bootstrap') // so that a ban of the good one does not cut the way into the DHT
    good = await swarm.start('good', { uploads: { maxRate: GOOD_RATE } })
    leecher = await swarm.start('leecher')
    const file = await swarm.file('file', FILE_CHUNKS * CHUNK_SIZE_BYTES)
    let last: Promise<unknown> = Promise.resolve()
    const [a, b] = await Promise.all([
      startEvilSeeder({
        config: swarm.config('slow'),
        file,
        pricePerMiB: PRICE.slow,
        lies: {
          async read(content, chunkIndex) {
            last = last.then(() => delay(systemClock, SLOW_CHUNK_MS))
            await last
            return chunkOf(content, chunkIndex)
          },
        },
      }),
      startEvilSeeder({
        config: swarm.config('liar'),
        file,
        pricePerMiB: PRICE.liar,
        lies: { read: async (content, chunkIndex) => corrupted(content, chunkIndex) },
      }),
      good.node.share({ path: file.path, pricePerMiB: PRICE.good }),
    ])
    slow = a
    liar = b
    for (const seeder of [slow, liar]) swarm.defer(() => seeder.stop())
  })
  after(() => swarm.stop())

  async function download(name: string, choices: { maxSources?: number } = {}): Promise<DownloadView> {
    const view = await get(leecher.node, { reference: liar.fileHash, out: swarm.path(name), ...choices })
    expect(view.phase, JSON.stringify(view.error)).to.equal('done')
    return view
  }

  async function known(node: ChiralNode, peerId: string): Promise<PeerDetails> {
    const [details] = await node.peerBook.show(peerId)
    if (details === undefined) throw new Error(`${peerId} is unknown`)
    return details
  }

  it('asks all of them at first, and sees which is which', async () => {
    const { sources, transferSeconds } = await download('first')
    expect(sources.map(({ peerId }) => peerId)).to.have.members([slow.peerId, liar.peerId, good.status.peerId])
    const ofGood = sources.find(({ peerId }) => peerId === good.status.peerId)
    // The limit lets go of what was saved up in a quarter of a second, and of one chunk before it counts.
    const free = GOOD_RATE / 4 + CHUNK_SIZE_BYTES
    expect(((ofGood?.bytes ?? 0) - free) / GOOD_RATE).to.be.at.most(transferSeconds)

    const [goodDetails, slowDetails, liarDetails] = await Promise.all(
      [good.status.peerId, slow.peerId, liar.peerId].map((peerId) => known(leecher.node, peerId)),
    )
    expect(goodDetails?.score).to.be.above(2.5)
    expect(goodDetails?.paidTo).to.equal(ofGood?.paid)
    expect(goodDetails?.uptime).to.equal(1)
    expect(slowDetails?.speeds[0]?.bytesPerSecond).to.be.below((goodDetails?.speeds[0]?.bytesPerSecond ?? 0) / 2)
    expect(slowDetails?.bans).to.deep.equal([])
    expect(liarDetails?.score).to.equal(0)
    expect(liarDetails?.terms.find(({ kind }) => kind === 'wrongChunk')).to.deep.include({ count: 1, isGood: false })
    expect(liarDetails?.bans.map(({ subject, isManual }) => [subject, isManual])).to.have.deep.members([
      [liar.peerId, false],
      [liar.address, false],
    ])
  })

  it('asks the good one first the next time, and after a restart', async () => {
    expect((await download('second', { maxSources: 1 })).sources.map(({ peerId }) => peerId)).to.deep.equal([
      good.status.peerId,
    ])
    const before = await known(leecher.node, good.status.peerId)
    await leecher.stop()
    leecher = await swarm.start('leecher')
    const { score, terms } = await known(leecher.node, good.status.peerId)
    expect(score).to.be.closeTo(before.score ?? 0, 0.01)
    expect(terms.map(({ kind, count }) => [kind, count])).to.deep.equal(
      before.terms.map(({ kind, count }) => [kind, count]),
    )
    expect((await download('third', { maxSources: 1 })).sources.map(({ peerId }) => peerId)).to.deep.equal([
      good.status.peerId,
    ])
  })

  it('is known to those it paid', async () => {
    const [details] = await good.node.peerBook.show(leecher.status.address)
    expect(details?.peerId).to.equal(leecher.status.peerId)
    expect(details?.paidBy).to.equal((await known(leecher.node, good.status.peerId)).paidTo)
    expect(details?.score).to.be.above(2)
  })

  it('does not ask who was banned by hand, however good, until that is lifted, over a restart', async () => {
    await leecher.node.peerBook.ban(good.status.address, 'too dear')
    await leecher.stop()
    leecher = await swarm.start('leecher')
    const banned = await leecher.node.find(liar.fileHash)
    expect(banned.seeders.map(({ peerId }) => peerId)).to.deep.equal([slow.peerId])
    const refused = await leecher.node.connect(good.status.addresses).catch((error: { code?: string }) => error)
    expect(refused).to.have.property('code')
    await leecher.node.peerBook.unban(good.status.address)
    expect(await leecher.node.connect(good.status.addresses)).to.deep.equal([good.status.peerId])
  })

  it('keeps to a limit on a download that is changed while it runs', async () => {
    leecher.node.setLimits({ downloads: MIB })
    const { downloadId } = await leecher.node.download({
      reference: liar.fileHash,
      out: swarm.path('limited'),
      closeChannels: true,
      maxSources: 1,
    })
    await new Promise<void>((resolve) => {
      const unsubscribe = leecher.node.subscribe((event) => {
        if (event.kind !== 'download' || event.download.verifiedChunks < 8) return
        unsubscribe()
        resolve()
      })
    })
    const { transferSeconds, verifiedBytes } = leecher.node.downloadOf(downloadId) ?? { transferSeconds: 0 }
    expect(verifiedBytes).to.be.at.most((transferSeconds + 0.25) * MIB + 2 * CHUNK_SIZE_BYTES)
    expect(leecher.node.setLimits({ downloads: 0 })).to.deep.equal({ downloads: 0, uploads: 0 })
    const done = await get(leecher.node, { reference: liar.fileHash, out: swarm.path('limited') })
    expect(done.phase).to.equal('done')
    expect(done.transferSeconds, 'as fast as it can from there on').to.be.below(FILE_CHUNKS / 4)
  })
})
