import { join } from 'node:path'
import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import { publicOf } from '../../src/domain/transfer.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { type FailPoints, noFailPoints } from '../../src/system/fail-points.ts'
import { freePort } from '../../src/system/free-port.ts'
import { httpProxy } from '../support/http-proxy.ts'
import { readBooks } from '../support/ledger.ts'
import {
  get,
  type LiveNode,
  type Swarm,
  sha256Of,
  startSwarm,
  untilDownload,
  untilEnded,
} from '../support/live-swarm.ts'
import type { LoopbackServer } from '../support/loopback.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const FILE_CHUNKS = 200
/** The download takes about ten seconds, however fast the machine: its middle is where things happen. */
const MAX_RATE = 20 * CHUNK_SIZE_BYTES
/** What every honest seller has brought before anything happens. */
const AT_LEAST = 8

interface Seller extends LiveNode {
  readonly name: string
  readonly http: { readonly listen: { readonly host: string; readonly port: number }; readonly announceUrl: string }
  readonly proxy: LoopbackServer
}

describe('integration: one download over several protocols', function () {
  this.timeout(240_000)
  let swarm: Swarm
  let buyer: LiveNode
  let honest: Seller[]
  let liar: Seller
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
      for (const { payee, vouchered, verified } of readBooks(join(buyer.config.dataDirectory, 'node.db')).asPayer) {
        const most = verified + (publicOf(on.get(payee)) === undefined ? PRICE : 0n)
        if (vouchered > most) ahead.push(`${on.get(payee)} ${payee}: ${vouchered} for ${verified}`)
      }
    },
  }
  const watched = { failPoints: noFailPoints }

  before(async () => {
    swarm = await startSwarm()
    liar = await seller('liar', { lies: true })
    honest = await Promise.all(['first', 'second', 'third', 'fourth', 'fifth'].map((name) => seller(name)))
    const downloads = { protocol: 'mixed', stallMs: 30_000 } as const
    buyer = await swarm.start('buyer', {
      downloads,
      system: { failPoints: { hit: (name) => watched.failPoints.hit(name) } },
    })
  })
  after(() => swarm.stop())

  async function seller(name: string, options: { readonly lies?: boolean } = {}): Promise<Seller> {
    const port = await freePort('127.0.0.1')
    const proxy = await httpProxy(port, options)
    swarm.defer(() => proxy.stop())
    const http = { listen: { host: '127.0.0.1', port }, announceUrl: `http://127.0.0.1:${proxy.port}/` }
    return { ...(await swarm.start(name, { http })), name, http, proxy }
  }

  async function shared(chunks: number, sellers: readonly Seller[]): Promise<string> {
    const { path } = await swarm.file(`of ${sellers.map(({ name }) => name).join(', ')}`, chunks * CHUNK_SIZE_BYTES)
    const shares = await Promise.all(sellers.map(({ node }) => node.share({ path, pricePerMiB: PRICE_PER_MIB })))
    return shares[0]?.fileHash ?? ''
  }

  const sourceOf = ({ sources }: DownloadView, { status }: LiveNode) =>
    sources.find(({ payee }) => payee === status.address)

  it('is paid to the wei for what verified, while sellers and a whole protocol die, and pays no liar', async () => {
    // Whose channel is open already is connected to first, and so by HTTP: that the liar lies there is no matter of chance.
    const small = await shared(2, [liar])
    const first = await get(buyer.node, {
      reference: small,
      out: swarm.path('small'),
      protocol: 'webrpc',
      closeChannels: false,
    })
    expect(first.phase, JSON.stringify(first.error)).to.equal('done')

    watched.failPoints = watch
    const reference = await shared(FILE_CHUNKS, [liar, ...honest])
    const out = swarm.path('mixed')
    const { downloadId } = await buyer.node.download({ reference, out, maxRate: MAX_RATE, closeChannels: true })
    watchedId = downloadId
    const moving = await untilDownload(buyer.node, downloadId, (view) =>
      honest.every((each) => (sourceOf(view, each)?.chunks ?? 0) >= AT_LEAST),
    )
    expect(honest.map((each) => sourceOf(moving, each)?.protocol)).to.have.members([
      'http',
      'bittorrent',
      'ed2k',
      'bitswap',
      'webrpc',
    ])
    expect(sourceOf(moving, liar)).to.include({ protocol: 'http', phase: 'banned', chunks: 0, paid: 0n })

    const killed = honest.find((each) => sourceOf(moving, each)?.protocol === 'webrpc')
    const carried = honest.find((each) => sourceOf(moving, each)?.protocol === 'http')
    if (killed === undefined || carried === undefined) throw new Error('each protocol has its seller')
    await killed.stop()
    const rest = honest.filter((each) => each !== killed)
    const before = rest.map((each) => sourceOf(moving, each)?.chunks ?? 0)
    const going = await untilDownload(buyer.node, downloadId, (view) =>
      rest.every((each, index) => (sourceOf(view, each)?.chunks ?? 0) > (before[index] ?? 0)),
    )
    expect(going.phase).to.equal('downloading')
    await Promise.all([liar, ...honest].map(({ proxy }) => proxy.stop()))
    const download = await untilEnded(buyer.node, downloadId)

    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(download.sha256)
    expect(sourceOf(download, carried)?.protocol, 'its stream lives on').to.be.oneOf(['bitswap', 'webrpc'])
    expect(sourceOf(download, carried)?.chunks).to.be.greaterThan(sourceOf(going, carried)?.chunks ?? 0)
    expect(download.sources.reduce((sum, { chunks }) => sum + chunks, 0)).to.equal(FILE_CHUNKS)

    // Whoever was killed is owed at most what was on the way; the next time that it is there it gets that.
    const back = await swarm.start(killed.name, { http: killed.http })
    const last = await shared(1, [{ ...killed, ...back }])
    const again = await get(buyer.node, {
      reference: last,
      out: swarm.path('last'),
      protocol: 'bitswap',
      closeChannels: true,
    })
    expect(again.phase, JSON.stringify(again.error)).to.equal('done')
    for (const each of honest) {
      const chunks = (sourceOf(download, each)?.chunks ?? 0) + (each === killed ? 1 : 0)
      expect(await swarm.received(each.status.address), each.name).to.equal(PRICE * BigInt(chunks))
    }
    expect(await swarm.received(liar.status.address), 'two chunks that were right').to.equal(PRICE * 2n)
    expect(looks).to.be.greaterThan(FILE_CHUNKS)
    expect(ahead).to.deep.equal([])
    for (const { payee, vouchered, verified } of readBooks(join(buyer.config.dataDirectory, 'node.db')).asPayer)
      expect(vouchered, payee).to.equal(verified)
  })
})
