import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { ZERO_WEI } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES, chunkCount } from '../../src/domain/chunk.ts'
import { freePort } from '../../src/system/free-port.ts'
import { getBatch, readTree, writeTree } from '../support/batches.ts'
import { fieldsOf } from '../support/json.ts'
import { get, type LiveNode, sha256Of } from '../support/live-swarm.ts'
import { cuttingProxy } from '../support/loopback.ts'
import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'

describe('integration: http', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm
  let seeder: LiveNode
  let leecher: LiveNode

  before(async () => {
    swarm = await startPublicSwarm('http')
    seeder = swarm.seeder
    leecher = await swarm.start('leecher', ANY)
  })
  after(() => swarm.stop())

  it('tells where a file is: in the share, the status, the offer', async () => {
    const share = await swarm.share(1)
    const { http } = await seeder.node.status()
    expect(http?.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect(share.httpUrl).to.equal(`${http?.url}file/${share.fileHash}`)
    const { json } = await leecher.node.find(share.fileHash)
    const summary = fieldsOf(json)
    expect(fieldsOf(summary['seeders_by_protocol'])['http']).to.equal(1)
    expect(JSON.stringify(summary['seeders'])).to.include(`"http_url":"${http?.url}"`)
    const response = await fetch(share.httpUrl ?? '')
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), await readFile(share.path))).to.equal(0)
  })

  it('brings a free file over HTTP, by itself and when it is wanted', async () => {
    await swarm.bringOver(await swarm.share(20), leecher)
    const share = await swarm.share(20)
    const out = swarm.path('free')
    const download = await get(leecher.node, { reference: share.fileHash, out })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['http'])
    expect(await sha256Of(out)).to.equal(share.sha256)
  })

  it('brings a file with a price over HTTP when that is wanted, paid to the wei after it verified', async () => {
    const share = await swarm.share(60, seeder, PRICE)
    await swarm.bringOver(share, await swarm.start('buyer', ANY))
    expect((await fetch(share.httpUrl ?? '')).status).to.equal(402)
    expect(
      (await fetch(share.httpUrl ?? '', { headers: { authorization: `Bearer ${'00'.repeat(32)}` } })).status,
    ).to.equal(402)
  })

  it('takes chunks from three seeders at once that speak a protocol each', async () => {
    const { path } = await swarm.file('three ways', 200 * CHUNK_SIZE_BYTES)
    const off = { http: { listen: 'off' } } as const
    const ways = [
      await swarm.start('by bitswap', { ...off, uploads: { protocols: ['bitswap'] } }),
      await swarm.start('in sessions', { ...off, uploads: { protocols: ['webrpc'] } }),
      seeder,
    ]
    const shares = await Promise.all(ways.map(({ node }) => node.share({ path, pricePerMiB: ZERO_WEI })))
    const getter = await swarm.start('getter of three', { downloads: { ...ANY.downloads, window: 2 } })
    const download = await get(getter.node, { reference: shares[0]?.fileHash ?? '', out: swarm.path('three') })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    const used = download.sources.filter(({ chunks }) => chunks > 0)
    expect(new Map(used.map(({ peerId, protocol }) => [peerId, protocol]))).to.deep.equal(
      new Map(ways.map(({ status }, index) => [status.peerId, (['bitswap', 'webrpc', 'http'] as const)[index]])),
    )
    expect(await sha256Of(download.out)).to.equal(shares[0]?.sha256)
  })

  it('leaves a file with a price to the protocols that sell, unless HTTP is wanted', async () => {
    const share = await swarm.share(8, seeder, PRICE)
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('sold') })
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bitswap'])
    expect(download.spent).to.equal(share.totalPrice)
  })

  it('goes on by the stream when HTTP dies in the middle of what is paid for, and pays nothing twice', async () => {
    const port = await freePort('127.0.0.1')
    const proxy = await cuttingProxy(port, 3 * CHUNK_SIZE_BYTES)
    swarm.defer(() => proxy.stop())
    const http = { listen: { host: '127.0.0.1', port }, announceUrl: `http://127.0.0.1:${proxy.port}/` }
    const seller = await swarm.start('mortal seller', { http })
    const buyer = await swarm.start('buyer of a mortal', ANY)
    const share = await swarm.share(120, seller, PRICE)
    const download = await swarm.bring(share, buyer)
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bitswap'])
    expect(swarm.receivedBy(buyer)).to.be.within(1, 119)
    expect(await swarm.received(seller.status.address)).to.equal(share.totalPrice)
  })

  it('pins the certificate that the offer names, and keeps it over a restart', async () => {
    const choices = { http: { tls: true } }
    const first = await swarm.start('secure', choices)
    const { http: before } = first.status
    await first.stop()
    const secure = await swarm.start('secure', choices)
    expect(before?.url).to.match(/^https:/)
    expect(secure.status.http?.tlsFingerprint)
      .to.equal(before?.tlsFingerprint)
      .and.to.match(/^[0-9a-f]{64}$/)
    const share = await swarm.share(20, secure)
    const out = swarm.path('secure.out')
    const download = await get(leecher.node, { reference: share.fileHash, out })
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['http'])
    expect(await sha256Of(out)).to.equal(share.sha256)
  })

  it('goes on by a stream when HTTP dies in the middle', async () => {
    const port = await freePort('127.0.0.1')
    // The first connection that is cut ends the session: that can have brought a few chunks, and never all.
    const proxy = await cuttingProxy(port, 3 * CHUNK_SIZE_BYTES)
    swarm.defer(() => proxy.stop())
    const http = { listen: { host: '127.0.0.1', port }, announceUrl: `http://127.0.0.1:${proxy.port}/` }
    const share = await swarm.share(120, await swarm.start('mortal', { http }))
    const before = swarm.receivedBy(leecher)
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('mortal.out') })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bitswap'])
    expect(swarm.receivedBy(leecher) - before).to.be.within(1, 119)
    expect(await sha256Of(download.out)).to.equal(share.sha256)
  })

  it('uses the stream at once where nobody answers at the URL of the offer', async () => {
    const http = { announceUrl: `http://127.0.0.1:${await freePort('127.0.0.1')}/` }
    const seller = await swarm.start('misled', { http })
    const share = await swarm.share(4, seller)
    const download = await get(leecher.node, { reference: share.fileHash, out: swarm.path('misled.out') })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sources.map((source) => source.protocol)).to.deep.equal(['bitswap'])
  })

  it('brings the files of a free folder over HTTP', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `${index}.bin`)
    const folder = swarm.path('folder')
    await writeTree(folder, new Map(names.map((name, index) => [name, 1_000 + index * 100_000])))
    const share = await seeder.node.share({ path: folder, pricePerMiB: ZERO_WEI })
    const before = swarm.receivedBy(leecher)
    const out = swarm.path('folder.out')
    const batch = await getBatch(leecher.node, { items: [{ reference: share.fileHash, path: '.' }], out })
    expect(batch, JSON.stringify(batch.error)).to.include({ phase: 'done', filesDone: 12, spent: 0n })
    expect([...(await readTree(out))]).to.deep.equal([...(await readTree(folder))])
    const chunks = names.reduce((sum, _, index) => sum + chunkCount(1_000 + index * 100_000), 0)
    expect(swarm.receivedBy(leecher) - before, 'those of the files, and the listing').to.equal(chunks + 1)
  })
})
