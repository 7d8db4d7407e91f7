import { open, rm } from 'node:fs/promises'
import { expect } from 'chai'
import { MAX_RESENDS } from '../../src/channel/payee-state.ts'
import { signHeader } from '../../src/discovery/header.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { cidOf } from '../../src/domain/cid.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { ChiralNode, DownloadView, ShareView } from '../../src/node/types.ts'
import { startEvilSeeder } from '../support/evil-seeder.ts'
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
const UNHURRIED = { downloads: { stallMs: 30_000 } }

const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('integration: downloads', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeders: LiveNode[]
  let leecher: LiveNode
  let other: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    seeders = [await swarm.start('seeder-1'), await swarm.start('seeder-2')]
    leecher = await swarm.start('leecher', UNHURRIED)
    other = await swarm.start('other', UNHURRIED)
  })
  after(() => swarm.stop())

  /** A new file that the given seeders share. */
  async function shared(fileChunks: number, by = seeders, pricePerMiB = PRICE_PER_MIB): Promise<ShareView> {
    const { path } = await swarm.file(`file-${++count}`, fileChunks * CHUNK_SIZE_BYTES)
    const [share] = await Promise.all(by.map(({ node }) => node.share({ path, pricePerMiB })))
    if (share === undefined) throw new Error('nobody shares it')
    return share
  }

  async function rejection(promise: Promise<unknown>): Promise<string | undefined> {
    return promise.then(() => 'accepted', codeOf)
  }

  async function expectSame(download: DownloadView, share: ShareView): Promise<void> {
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sha256).to.equal(share.sha256)
    expect(await sha256Of(download.out)).to.equal(share.sha256)
  }

  /** What its own transactions of a kind are. */
  async function transactions(node: ChiralNode, note: RegExp): Promise<number> {
    return (await node.history()).filter((entry) => entry.kind === 'transaction' && note.test(entry.note)).length
  }

  it('takes chunks from several seeders at once and pays each for its own', async () => {
    const share = await shared(40)
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('several') })
    await expectSame(download, share)
    for (const { chunks: delivered, paid } of download.sources) {
      expect(delivered).to.be.above(0)
      expect(paid).to.equal(chunks(delivered))
    }
    expect(download.spent).to.equal(chunks(40))
  })

  it('serves two leechers at once', async () => {
    const [seeder] = seeders
    if (seeder === undefined) throw new Error('there is a seeder')
    const share = await shared(12, [seeder])
    const downloads = await Promise.all(
      [leecher, other].map(({ node }, i) => get(node, { reference: share.fileHash, out: swarm.path(`both-${i}`) })),
    )
    for (const download of downloads) {
      await expectSame(download, share)
      expect(download.spent).to.equal(chunks(12))
    }
  })

  it('refuses at once a budget that cannot suffice, and spends nothing', async () => {
    const share = await shared(8)
    const balance = await leecher.node.balance()
    const request = { reference: share.fileHash, out: swarm.path('poor'), closeChannels: true }
    expect(await rejection(leecher.node.download({ ...request, maxTotal: chunks(8) }))).to.equal('BUDGET_EXCEEDED')
    expect(await leecher.node.balance()).to.equal(balance)
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

  it('uses no seeder above the price limit', async () => {
    const [cheap, dear] = seeders
    if (cheap === undefined || dear === undefined) throw new Error('there are two seeders')
    const share = await shared(8, [cheap])
    await dear.node.share({ path: share.path, pricePerMiB: wei(PRICE_PER_MIB * 3n) })
    const request = { reference: share.fileHash, out: swarm.path('cheap'), closeChannels: true }
    expect(await rejection(leecher.node.download({ ...request, maxPrice: wei(1n) }))).to.equal('PRICE_TOO_HIGH')
    const download = await get(leecher.node, { ...request, maxPrice: PRICE_PER_MIB })
    await expectSame(download, share)
    expect(download.sources.map(({ payee }) => payee)).to.deep.equal([cheap.status.address])
  })

  it('uses no seeder that the budget cannot pay', async () => {
    const [cheap, dear] = seeders
    if (cheap === undefined || dear === undefined) throw new Error('there are two seeders')
    const share = await shared(8, [cheap])
    await dear.node.share({ path: share.path, pricePerMiB: wei(PRICE_PER_MIB * 1000n) })
    const request = { reference: share.fileHash, out: swarm.path('within'), closeChannels: true }
    const { gas } = await leecher.node.plan(request)
    const maxTotal = wei(chunks(8) + gas * 2n)
    const { downloadId } = await leecher.node.download({ ...request, maxTotal })
    const download = await untilEnded(leecher.node, downloadId)
    expect(download.sources.map(({ payee }) => payee)).to.deep.equal([cheap.status.address])
    await expectSame(download, share)
  })

  it('buys again what is downloaded to another place', async () => {
    const share = await shared(4)
    const first = await get(leecher.node, { reference: share.fileHash, out: swarm.path('once') })
    const second = await get(leecher.node, { reference: share.fileHash, out: swarm.path('twice') })
    await expectSame(second, share)
    expect(second.downloadId).to.not.equal(first.downloadId)
    expect(second.spent).to.equal(chunks(4))
  })

  for (const protocol of ['bitswap', 'webrpc'] as const)
    it(`buys a file once more that was lost and sent again as often as is free (${protocol})`, async () => {
      const [seeder] = seeders
      if (seeder === undefined) throw new Error('there is a seeder')
      const share = await shared(3, [seeder])
      const request = { reference: share.fileHash, out: swarm.path(`lost-${protocol}`), protocol }
      const { node } = await swarm.start(`loser-${protocol}`, UNHURRIED)
      for (let times = 0; times <= MAX_RESENDS; times++) {
        const again = await get(node, request)
        await expectSame(again, share)
        expect(again.spent).to.equal(chunks(3))
        await rm(again.out)
      }
      const told: string[] = []
      node.subscribe((event) => void (event.kind === 'notice' && told.push(event.message)))
      const before = await swarm.received(seeder.status.address)
      const bought = await get(node, { ...request, closeChannels: true })
      await expectSame(bought, share)
      expect(bought.spent).to.equal(chunks(6))
      expect(told.filter((message) => message.includes('bought once more'))).to.have.length(1)
      // The first time was before.
      expect((await swarm.received(seeder.status.address)) - before).to.equal(chunks(3))
    })

  it('is one download when the same is asked for twice at one moment', async () => {
    const share = await shared(4)
    const request = { reference: share.fileHash, out: swarm.path('at-once'), closeChannels: true }
    const [first, second] = await Promise.all([leecher.node.download(request), leecher.node.download(request)])
    expect(second.downloadId).to.equal(first.downloadId)
    const download = await untilEnded(leecher.node, first.downloadId)
    await expectSame(download, share)
    expect(download.spent).to.equal(chunks(4))
  })

  it('gives away an empty file and one without a price', async () => {
    const opened = (): Promise<number> => transactions(leecher.node, /^open /)
    const before = await opened()
    const empty = await shared(0)
    await expectSame(await get(leecher.node, { reference: empty.fileHash, out: swarm.path('empty') }), empty)
    const free = await shared(5, seeders, wei(0n))
    await expectSame(await get(leecher.node, { reference: free.fileHash, out: swarm.path('free') }), free)
    expect(await opened()).to.equal(before)
  })

  it('goes on after a pause, and after a stop of the node, without paying twice', async () => {
    const share = await shared(400)
    const { downloadId } = await other.node.download({
      reference: share.fileHash,
      out: swarm.path('interrupted'),
      closeChannels: true,
    })
    const some = (atLeast: number) => (view: DownloadView) => view.verifiedChunks >= atLeast
    await untilDownload(other.node, downloadId, some(5))
    await other.node.pause(downloadId)
    const paused = other.node.downloadOf(downloadId)
    expect(paused?.phase).to.equal('paused')
    expect(paused?.verifiedChunks).to.be.within(5, 399)

    await other.node.resume(downloadId)
    await untilDownload(other.node, downloadId, some((paused?.verifiedChunks ?? 0) + 5))
    const stopped = other.node.downloadOf(downloadId)
    await other.stop()
    expect(stopped?.verifiedChunks).to.be.within(10, 399)

    other = await swarm.start('other', UNHURRIED)
    const download = await untilEnded(other.node, downloadId)
    await expectSame(download, share)
    const heldAtLeast = stopped?.verifiedBytes ?? 0
    expect(download.transferBytes, 'since the start').to.be.within(1, download.sizeBytes - heldAtLeast)
    expect(download.spent).to.equal(chunks(400))
    expect(download.sources.reduce((sum, source) => sum + source.chunks, 0)).to.equal(400)
  })

  it('pays for what came, and no more, when it is cancelled', async () => {
    const share = await shared(400)
    const { downloadId } = await leecher.node.download({
      reference: share.fileHash,
      out: swarm.path('cancelled'),
      closeChannels: true,
    })
    await untilDownload(leecher.node, downloadId, ({ verifiedChunks }) => verifiedChunks >= 3)
    await leecher.node.cancel(downloadId)
    const download = leecher.node.downloadOf(downloadId)
    expect(download?.phase).to.equal('cancelled')
    for (const { paid, verified } of download?.sources ?? []) expect(paid - verified <= PRICE).to.equal(true)
  })

  it('uses one channel for two files when it stays open, and tops it up', async () => {
    const seeder = await swarm.start('seeder-3')
    const [small, large] = [await shared(2, [seeder]), await shared(9, [seeder])]
    const opened = (): Promise<number> => transactions(leecher.node, /^open /)
    const toppedUp = (): Promise<number> => transactions(leecher.node, /^add /)
    const before = [await opened(), await toppedUp()]
    const first = await get(leecher.node, { reference: small.fileHash, out: swarm.path('small'), closeChannels: false })
    const second = await get(leecher.node, { reference: large.fileHash, out: swarm.path('large') })
    await expectSame(first, small)
    await expectSame(second, large)
    expect(second.sources[0]?.channelId).to.equal(first.sources[0]?.channelId)
    expect([await opened(), await toppedUp()]).to.deep.equal([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1])
    expect(await swarm.received(seeder.status.address)).to.equal(chunks(11))
  })

  it('finds a file by its SHA-256', async () => {
    const share = await shared(3)
    const download = await get(leecher.node, { reference: `sha256:${share.sha256}`, out: swarm.path('alias') })
    await expectSame(download, share)
    expect(download.fileHash).to.equal(share.fileHash)
  })

  it('fails when the file behind a SHA-256 has another', async () => {
    const file = await swarm.file('impostor', 2 * CHUNK_SIZE_BYTES)
    const promised = 'ab'.repeat(32)
    const liar = await startEvilSeeder({
      config: swarm.config('impostor-seeder'),
      file,
      pricePerMiB: PRICE_PER_MIB,
      lies: {
        catalog: (honest, { signer, fileHash }) => {
          const header = signHeader(
            {
              fileHash,
              name: 'impostor',
              mimeType: 'application/octet-stream',
              createdAt: 1_800_000_000_000,
              sha256: promised,
              sizeBytes: file.bytes.byteLength,
            },
            signer,
          )
          return {
            ...honest,
            headerRecord: () => header,
            fileHashOfSha256: (sha256) => (sha256 === promised ? fileHash : undefined),
          }
        },
      },
    })
    swarm.defer(() => liar.stop())
    await liar.network.provide(cidOf(promised), AbortSignal.timeout(10_000))
    const download = await get(leecher.node, { reference: `sha256:${promised}`, out: swarm.path('impostor-out') })
    expect(download.phase).to.equal('failed')
    expect(download.error?.code).to.equal('SHA256_MISMATCH')
    expect(await rejection(open(swarm.path('impostor-out')))).to.equal('ENOENT')
  })

  it('does not buy from itself', async () => {
    const [seller, twin] = seeders
    if (seller === undefined || twin === undefined) throw new Error('there are two seeders')
    const share = await shared(4)
    const download = await get(seller.node, { reference: share.fileHash, out: swarm.path('own') })
    await expectSame(download, share)
    expect(download.sources.map(({ payee }) => payee)).to.deep.equal([twin.status.address])
  })

  it('explains every wei of every wallet', async () => {
    for (const { node, status } of [leecher, other, ...seeders]) {
      const history = await node.history()
      expect(
        history.filter(({ kind }) => kind === 'other'),
        status.address,
      ).to.deep.equal([])
      expect(history.reduce((sum, { change }) => sum + change, 0n)).to.equal(await node.balance())
    }
  })
})
