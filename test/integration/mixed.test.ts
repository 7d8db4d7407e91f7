import { join } from 'node:path'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { publicOf, TRANSFER_PROTOCOLS, type TransferProtocol } from '../../src/domain/transfer.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { type FailPoints, noFailPoints } from '../../src/system/fail-points.ts'
import { freePort } from '../../src/system/free-port.ts'
import { httpProxy } from '../support/http-proxy.ts'
import { readBooks } from '../support/ledger.ts'
import {
  get,
  type LiveNode,
  type NodeChoices,
  type Swarm,
  sha256Of,
  startSwarm,
  untilDownload,
  untilEnded,
} from '../support/live-swarm.ts'
import { cuttingProxy, type Plug } from '../support/loopback.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const FILE_CHUNKS = 120
/** Each download takes some seconds, however fast the machine: its middle is where things happen. */
const MAX_RATE = 20 * CHUNK_SIZE_BYTES
/** What every honest seller has brought before anything happens. */
const AT_LEAST = 3
const MOST_ATTEMPTS = 4

interface Seller {
  readonly name: string
  /** What it serves by, besides the stream that every seller of something else is paid on. */
  readonly by: TransferProtocol
  readonly choices: NodeChoices
  /** Where others reach it over these. */
  readonly plugs: { readonly http: Plug; readonly bittorrent: Plug }
  /** Another one after a restart. */
  live: LiveNode
  /** Chunks that it has been paid for, or will be. */
  chunks: number
}

describe('integration: one download over several protocols', function () {
  this.timeout(240_000)
  let swarm: Swarm
  let buyer: LiveNode
  let tracker: Plug
  let honest: Seller[]
  /** What the books of the buyer must never say, where they did. */
  const ahead: string[] = []
  let looks = 0
  let watchedId = ''

  /** At every voucher and every chunk: nothing leaves over a public protocol that was not verified, and a chunk at most over another. */
  const watch: FailPoints = {
    hit(name) {
      if (name !== 'voucher-durable' && name !== 'chunk-durable') return
      looks++
      const sources = buyer.node.downloadOf(watchedId)?.sources ?? []
      const on = new Map(sources.map(({ payee, protocol }) => [payee, protocol]))
      for (const { payee, vouchered, verified } of booksOfBuyer()) {
        const most = verified + (publicOf(on.get(payee)) === undefined ? PRICE : 0n)
        if (vouchered > most) ahead.push(`${on.get(payee)} ${payee}: ${vouchered} for ${verified}`)
      }
    },
  }
  const watched = { failPoints: noFailPoints }

  before(async () => {
    swarm = await startSwarm()
    const port = await freePort('127.0.0.1')
    await swarm.start('tracker', {
      bittorrent: { serveTracker: true, listen: 'off', trackerListen: { host: '127.0.0.1', port } },
    })
    tracker = await cuttingProxy(port)
    swarm.defer(() => tracker.stop())
    honest = await Promise.all(TRANSFER_PROTOCOLS.map(startSeller))
    const downloads = { protocol: 'mixed', stallMs: 30_000 } as const
    const failPoints: FailPoints = { hit: (name) => watched.failPoints.hit(name) }
    buyer = await swarm.start('buyer', { downloads, system: { failPoints } })
  })
  after(() => swarm.stop())
  afterEach(() => {
    tracker.putIn()
    for (const { plugs } of honest) for (const plug of Object.values(plugs)) plug.putIn()
  })

  const booksOfBuyer = () => readBooks(join(buyer.config.dataDirectory, 'node.db')).asPayer

  async function startSeller(by: TransferProtocol): Promise<Seller> {
    const listen = async () => ({ host: '127.0.0.1', port: await freePort('127.0.0.1') })
    const [forHttp, forBittorrent] = [await listen(), await listen()]
    const plugs = { http: await cuttingProxy(forHttp.port), bittorrent: await cuttingProxy(forBittorrent.port) }
    for (const plug of Object.values(plugs)) swarm.defer(() => plug.stop())
    const choices: NodeChoices = {
      uploads: { protocols: publicOf(by) === undefined ? [by] : [by, 'bitswap'] },
      http: { listen: forHttp, announceUrl: `http://127.0.0.1:${plugs.http.port}/` },
      bittorrent: {
        listen: forBittorrent,
        announce: { host: '127.0.0.1', port: plugs.bittorrent.port },
        trackers: [`ws://127.0.0.1:${tracker.port}/`],
      },
    }
    const name = `by ${by}`
    return { name, by, choices, plugs, live: await swarm.start(name, choices), chunks: 0 }
  }

  /** @returns the file's id */
  async function shared(name: string, chunks: number, sellers: readonly LiveNode[]): Promise<string> {
    const { path } = await swarm.file(name, chunks * CHUNK_SIZE_BYTES)
    const shares = await Promise.all(sellers.map(({ node }) => node.share({ path, pricePerMiB: PRICE_PER_MIB })))
    return shares[0]?.fileHash ?? ''
  }

  /** Starts a download that is looked at until its end. */
  async function start(name: string, sellers: readonly LiveNode[]): Promise<string> {
    const reference = await shared(name, FILE_CHUNKS, sellers)
    const out = swarm.path(`${name}.out`)
    const { downloadId } = await buyer.node.download({ reference, out, maxRate: MAX_RATE, closeChannels: true })
    watchedId = downloadId
    watched.failPoints = watch
    return downloadId
  }

  const sourceOf = ({ sources }: DownloadView, { status }: LiveNode) =>
    sources.find(({ payee }) => payee === status.address)
  const chunksOf = (view: DownloadView, { live }: Seller): number => sourceOf(view, live)?.chunks ?? 0
  const protocolOf = (view: DownloadView, { live }: Seller): TransferProtocol | undefined =>
    sourceOf(view, live)?.protocol

  /**
   * A download that each of the honest brings something to, by the protocol that it is for. A busy machine may let one of them miss its time and come by
   * the stream instead: that download is paid like any other, and the next one is looked at.
   */
  async function movingByAll(name: string): Promise<DownloadView> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const downloadId = await start(
        `${name} ${attempt}`,
        honest.map(({ live }) => live),
      )
      const moving = await untilDownload(
        buyer.node,
        downloadId,
        (view) => isOver(view) || honest.every((each) => chunksOf(view, each) >= AT_LEAST),
      )
      if (!isOver(moving) && honest.every((each) => protocolOf(moving, each) === each.by)) return moving
      await expectDone(downloadId)
      await expectPaidToTheWei()
    }
    throw new Error(`In none of ${MOST_ATTEMPTS} downloads each came by its protocol.`)
  }

  async function expectDone(downloadId: string): Promise<DownloadView> {
    const download = await untilEnded(buyer.node, downloadId)
    watched.failPoints = noFailPoints
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(download.out)).to.equal(download.sha256)
    expect(download.sources.reduce((sum, { chunks }) => sum + chunks, 0)).to.equal(FILE_CHUNKS)
    for (const each of honest) each.chunks += chunksOf(download, each)
    return download
  }

  /** By the chain, and by the books of the buyer. */
  async function expectPaidToTheWei(): Promise<void> {
    for (const { name, live, chunks } of honest)
      expect(await swarm.received(live.status.address), name).to.equal(PRICE * BigInt(chunks))
    for (const { payee, vouchered, verified } of booksOfBuyer()) expect(vouchered, payee).to.equal(verified)
    expect(ahead).to.deep.equal([])
  }

  /** Whoever was killed is owed at most what was on the way; the next time that it is there it gets that. */
  async function meetAgain(killed: Seller): Promise<void> {
    killed.live = await swarm.start(killed.name, killed.choices)
    const name = `last of ${killed.name}`
    const reference = await shared(name, 1, [killed.live])
    const out = swarm.path(`${name}.out`)
    const again = await get(buyer.node, { reference, out, closeChannels: true })
    expect(again.phase, JSON.stringify(again.error)).to.equal('done')
    killed.chunks++
  }

  it('pays nobody for a chunk that is wrong', async () => {
    const port = await freePort('127.0.0.1')
    const proxy = await httpProxy(port, { lies: true })
    swarm.defer(() => proxy.stop())
    const http = { listen: { host: '127.0.0.1', port }, announceUrl: `http://127.0.0.1:${proxy.port}/` }
    const liar = await swarm.start('liar', { http, uploads: { protocols: ['http', 'webrpc', 'bitswap'] } })
    // Whose channel is open already is connected to first, and so by HTTP: that the liar lies there is no matter of chance.
    const small = { reference: await shared('small', 2, [liar]), out: swarm.path('small.out') }
    const first = await get(buyer.node, { ...small, protocol: 'webrpc', closeChannels: false })
    expect(first.phase, JSON.stringify(first.error)).to.equal('done')

    const download = await expectDone(await start('lied about', [liar, ...honest.map(({ live }) => live)]))
    expect(sourceOf(download, liar)).to.include({ protocol: 'http', phase: 'banned', chunks: 0, paid: 0n })
    expect(await swarm.received(liar.status.address), 'two chunks that were right').to.equal(PRICE * 2n)
    expect(looks).to.be.greaterThan(FILE_CHUNKS)
    await expectPaidToTheWei()
    await liar.stop()
  })

  for (const protocol of ['http', 'bittorrent'] as const)
    it(`goes on when ${protocol} dies, its seller by the stream, and pays each to the wei`, async () => {
      const moving = await movingByAll(`without ${protocol}`)
      for (const { plugs } of honest) plugs[protocol].pull()
      const download = await expectDone(moving.downloadId)
      const expected = TRANSFER_PROTOCOLS.map((each) => (each === protocol ? 'bitswap' : each))
      expect(honest.map((each) => protocolOf(download, each))).to.deep.equal(expected)
      for (const each of honest) expect(chunksOf(download, each), each.name).to.be.greaterThan(chunksOf(moving, each))
      await expectPaidToTheWei()
    })

  for (const protocol of ['webtorrent', 'ed2k', 'webrpc', 'bitswap'] as const)
    it(`goes on when ${protocol} dies with its seller, and pays each to the wei`, async () => {
      const moving = await movingByAll(`without ${protocol}`)
      const [killed] = honest.filter(({ by }) => by === protocol)
      if (killed === undefined) throw new Error('each protocol has its seller')
      if (protocol === 'webtorrent') tracker.pull()
      await killed.live.stop()
      const download = await expectDone(moving.downloadId)
      for (const each of honest.filter((other) => other !== killed))
        expect(chunksOf(download, each), each.name).to.be.greaterThan(chunksOf(moving, each))
      await meetAgain(killed)
      await expectPaidToTheWei()
    })
})

function isOver({ phase }: DownloadView): boolean {
  return phase === 'done' || phase === 'failed'
}
