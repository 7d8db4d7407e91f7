import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { DownloadView, ShareView } from '../../src/node/types.ts'
import { chunkOf, corrupted, startEvilSeeder } from '../support/evil-seeder.ts'
import {
  get,
  type LiveNode,
  type Swarm,
  sha256Of,
  startSwarm,
  untilDownload,
  untilEnded,
} from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
/** A busy machine must not look like a stalled seeder: the loser of a hedge may keep what was paid ahead for the chunk. */
const BY_SESSION = { downloads: { stallMs: 30_000, protocol: 'webrpc' } } as const

const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('integration: downloads in sessions', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeders: LiveNode[]
  let leecher: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    seeders = [await swarm.start('seeder-1'), await swarm.start('seeder-2')]
    leecher = await swarm.start('leecher', BY_SESSION)
  })
  after(() => swarm.stop())

  async function shared(fileChunks: number, by = seeders, pricePerMiB = PRICE_PER_MIB): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, fileChunks * CHUNK_SIZE_BYTES)
    const [share] = await Promise.all(by.map(({ node }) => node.share({ path, pricePerMiB })))
    if (share === undefined) throw new Error('nobody shares it')
    return share
  }

  async function expectSame(download: DownloadView, share: ShareView): Promise<void> {
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sha256).to.equal(share.sha256)
    expect(await sha256Of(download.out)).to.equal(share.sha256)
  }

  it('takes chunks from several seeders at once and pays each for its own', async () => {
    const share = await shared(120)
    const received = await Promise.all(seeders.map(({ status }) => swarm.received(status.address)))
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('several') })
    await expectSame(download, share)
    expect(download.sources.map(({ protocol }) => protocol)).to.deep.equal(['webrpc', 'webrpc'])
    for (const { chunks: delivered, paid, payee, vouchers } of download.sources) {
      expect(delivered).to.be.above(0)
      expect(paid).to.equal(chunks(delivered))
      expect(vouchers, 'one for a request and one for what verified, at most').to.be.within(1, 2 * delivered)
      const index = seeders.findIndex(({ status }) => status.address === payee)
      expect((await swarm.received(payee)) - (received[index] ?? 0n)).to.equal(chunks(delivered))
    }
    expect(download.spent).to.equal(chunks(120))
  })

  it('speaks to each seeder in a protocol that it offers, in one download', async () => {
    const [modern] = seeders
    if (modern === undefined) throw new Error('there is a seeder')
    const file = await swarm.file('mixed', 60 * CHUNK_SIZE_BYTES)
    const share = await modern.node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })
    const old = await startEvilSeeder({
      config: swarm.config('bitswap-only'),
      file,
      pricePerMiB: PRICE_PER_MIB,
      lies: {},
    })
    swarm.defer(() => old.stop())
    const received = await swarm.received(modern.status.address)
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('mixed-out') })
    await expectSame(download, share)
    const by = new Map(download.sources.map((source) => [source.protocol, source]))
    expect([...by.keys()].sort()).to.deep.equal(['bitswap', 'webrpc'])
    for (const { chunks: delivered, paid } of by.values()) {
      expect(delivered).to.be.above(0)
      expect(paid).to.equal(chunks(delivered))
    }
    expect(download.spent).to.equal(chunks(60))
    const bySession = by.get('webrpc')?.chunks ?? 0
    expect((await swarm.received(modern.status.address)) - received).to.equal(chunks(bySession))
    await old.redeemAll()
    expect(await swarm.received(old.address)).to.equal(chunks(60 - bySession))
  })

  for (const [what, read] of [
    ['wrong chunk', corrupted],
    ['shorter chunk', (content: Buffer, index: number) => chunkOf(content, index).subarray(1)],
  ] as const)
    it(`bans a seeder that sends ${what}s in a session, and pays it for one at the most`, async () => {
      const [honest] = seeders
      if (honest === undefined) throw new Error('there is a seeder')
      const file = await swarm.file(`wrong-${++count}`, 40 * CHUNK_SIZE_BYTES)
      const share = await honest.node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })
      const liar = await startEvilSeeder({
        config: swarm.config(`liar-${count}`),
        file,
        pricePerMiB: PRICE_PER_MIB,
        protocol: 'webrpc',
        lies: { read: async (content, index) => read(content, index) },
      })
      swarm.defer(() => liar.stop())
      const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path(`wrong-out-${count}`) })
      await expectSame(download, share)
      const source = download.sources.find(({ payee }) => payee === liar.address)
      expect(source).to.include({ phase: 'banned', protocol: 'webrpc' })
      expect((source?.paid ?? 0n) <= PRICE).to.equal(true)
      expect(source?.chunks).to.equal(0)
      expect(leecher.node.peers().some(({ peerId }) => peerId === liar.peerId)).to.equal(false)
    })

  it('uses one channel to a seeder over both protocols', async () => {
    const seeder = await swarm.start('seeder-3')
    const [first, second] = [await shared(6, [seeder]), await shared(6, [seeder])]
    const bySession = await get(leecher.node, {
      reference: first.fileHash,
      out: swarm.path('first'),
      closeChannels: false,
    })
    const byChunk = await get(leecher.node, {
      reference: second.fileHash,
      out: swarm.path('second'),
      protocol: 'bitswap',
    })
    await expectSame(bySession, first)
    await expectSame(byChunk, second)
    expect([bySession, byChunk].map(({ sources }) => sources[0]?.protocol)).to.deep.equal(['webrpc', 'bitswap'])
    expect(byChunk.sources[0]?.channelId).to.equal(bySession.sources[0]?.channelId)
    expect(await swarm.received(seeder.status.address)).to.equal(chunks(12))
  })

  it('goes on after a pause, a stop of the leecher and a stop of the seeder, without paying twice', async () => {
    let seeder = await swarm.start('seeder-4')
    const share = await shared(480, [seeder])
    let other = await swarm.start('other', BY_SESSION)
    const { downloadId } = await other.node.download({
      reference: share.fileHash,
      out: swarm.path('interrupted'),
      closeChannels: true,
    })
    let reached = 0
    const more = async (): Promise<void> => {
      reached += 5
      const view = await untilDownload(other.node, downloadId, ({ verifiedChunks }) => verifiedChunks >= reached)
      reached = view.verifiedChunks
    }
    await more()
    await other.node.pause(downloadId)
    await other.node.resume(downloadId)
    await more()
    await other.stop()
    other = await swarm.start('other', BY_SESSION)
    await more()
    expect(reached).to.be.within(15, 479)
    await seeder.stop()
    seeder = await swarm.start('seeder-4')

    const download = await untilEnded(other.node, downloadId)
    await expectSame(download, share)
    expect(download.spent).to.equal(chunks(480))
    expect(download.sources.reduce((sum, source) => sum + source.chunks, 0)).to.equal(480)
    expect(await swarm.received(seeder.status.address)).to.equal(chunks(480))
  })

  it('downloads two files at once from one seeder, on one channel', async () => {
    const seeder = await swarm.start('seeder-6')
    const files = [await shared(40, [seeder]), await shared(40, [seeder])]
    const protocols = ['webrpc', 'bitswap'] as const
    const downloads = await Promise.all(
      files.map(({ fileHash }, index) =>
        get(leecher.node, {
          reference: fileHash,
          out: swarm.path(`twin-${index}`),
          protocol: protocols[index],
          closeChannels: false,
        }),
      ),
    )
    for (const [index, download] of downloads.entries()) {
      const share = files[index]
      if (share === undefined) throw new Error('there are two')
      await expectSame(download, share)
    }
    const channels = new Set(downloads.map(({ sources }) => sources[0]?.channelId))
    expect(channels.size).to.equal(1)
    const [channelId] = channels
    if (channelId === undefined) throw new Error('there is a channel')
    // The one that ends first may owe a part of a chunk that the deposit has no room for; the other's next voucher pays it.
    const ended = downloads.map(({ downloadId }) =>
      leecher.node.downloads().find((one) => one.downloadId === downloadId),
    )
    expect(ended.reduce((sum, download) => sum + (download?.spent ?? 0n), 0n)).to.equal(chunks(80))
  })

  it('adds to a deposit that runs out', async () => {
    const seeder = await swarm.start('seeder-5')
    const [small, large] = [await shared(2, [seeder]), await shared(24, [seeder])]
    const request = { reference: small.fileHash, out: swarm.path('small'), closeChannels: false }
    await expectSame(await get(leecher.node, request), small)
    const download = await get(leecher.node, { reference: large.fileHash, out: swarm.path('large') })
    await expectSame(download, large)
    expect(await swarm.received(seeder.status.address)).to.equal(chunks(26))
  })

  it('keeps to a budget that suffices', async () => {
    const share = await shared(8)
    const request = { reference: share.fileHash, out: swarm.path('exact'), closeChannels: true }
    const { gas } = await leecher.node.plan(request)
    const maxTotal = wei(chunks(8) + gas)
    const download = await get(leecher.node, { ...request, maxTotal })
    await expectSame(download, share)
    expect(download.spent + download.gasSpent <= maxTotal).to.equal(true)
  })

  it('gives away an empty file and one without a price', async () => {
    const empty = await shared(0)
    await expectSame(await get(leecher.node, { reference: empty.fileHash, out: swarm.path('empty') }), empty)
    const free = await shared(5, seeders, wei(0n))
    const download = await get(leecher.node, { reference: free.fileHash, out: swarm.path('free') })
    await expectSame(download, free)
    expect(download.spent).to.equal(0n)
  })

  it('explains every wei of every wallet', async () => {
    for (const { node, status } of [leecher, ...seeders]) {
      const history = await node.history()
      expect(
        history.filter(({ kind }) => kind === 'other'),
        status.address,
      ).to.deep.equal([])
      expect(history.reduce((sum, { change }) => sum + change, 0n)).to.equal(await node.balance())
    }
  })
})
