import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import WebTorrent from 'webtorrent'
import { CHUNK_SIZE_BYTES, chunkCount, chunkLength } from '../../src/domain/chunk.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { TransferFile, TransferSession } from '../../src/domain/transfer.ts'
import { createSeederMetrics } from '../../src/public-protocols/bittorrent/metrics.ts'
import { encodeTorrent } from '../../src/public-protocols/bittorrent/torrent.ts'
import { MAX_STRANGERS_OFFERS } from '../../src/public-protocols/bittorrent/webrtc/limits.ts'
import { openSwarmTransfer, type SwarmPlace } from '../../src/public-protocols/bittorrent/webrtc/swarm-transfer.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import { RequestSlots } from '../../src/public-protocols/request-slots.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { servePartsOf, startTestBittorrent } from '../support/bittorrent-seeder.ts'
import { sha256Of } from '../support/market.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { swarmFile } from '../support/swarm-file.ts'
import { LOOPBACK_REACH, loopbackRtc, startTestTracker, startTestWebtorrent } from '../support/webtorrent-seeder.ts'

const NAME = 'a film.mkv'
const CONTENT = seededRandom('webtorrent').bytes(40 * CHUNK_SIZE_BYTES + 123)
const COUNT = chunkCount(CONTENT.byteLength)
const FILE = swarmFile(NAME, CONTENT)

describe('stock WebTorrent', function () {
  this.timeout(60_000)
  let stack: AsyncDisposableStack
  let folder: string
  let tracker: Awaited<ReturnType<typeof startTestTracker>>

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    folder = await mkdtemp(join(tmpdir(), 'chiral-webtorrent-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    tracker = await startTestTracker()
    stack.defer(() => tracker.stop())
  })
  afterEach(() => stack.disposeAsync())

  function stockClient(options: { readonly secure?: 1 | 2 } = {}): WebTorrent {
    const silent = { dht: false, lsd: false, natUpnp: false, natPmp: false, utp: false } as const
    const client = new WebTorrent({ ...silent, ...options, tracker: { rtcConfig: { iceServers: [] } } })
    stack.defer(() => new Promise((done) => client.destroy(() => done())))
    return client
  }

  it('gets a free file from our seeder by its infohash alone, over WebRTC', async () => {
    const { infohash } = FILE.torrent
    const parts = servePartsOf(FILE.torrents, { clock: systemClock })
    const { seeder } = startTestWebtorrent(parts, { clock: systemClock, trackers: [tracker.url], infohash })
    stack.defer(() => seeder.stop())
    const torrent = stockClient().add({ infoHash: infohash, announce: [tracker.url] }, { path: folder })
    const [wire] = await once(torrent, 'wire')
    expect(wire).to.have.property('type', 'webrtc')
    await once(torrent, 'done')
    expect(await sha256Of(join(folder, NAME))).to.equal(FILE.sha256)
  })

  for (const [secure, what] of [
    [1, 'its handshake'],
    [2, 'everything'],
  ] as const)
    it(`gets a free file from our seeder over TCP, where it encrypts ${what}`, async () => {
      const { infohash } = FILE.torrent
      let encrypted = 0
      const metrics = { ...createSeederMetrics(), connectionsEncrypted: { inc: () => void encrypted++ } }
      const seeder = await startTestBittorrent(servePartsOf(FILE.torrents, { clock: systemClock, metrics }))
      stack.defer(() => seeder.stop())
      const torrent = stockClient({ secure }).add({ infoHash: infohash, announce: [] }, { path: folder })
      torrent.once('infoHash', () => torrent.addPeer(`127.0.0.1:${seeder.port}`))
      const [wire] = await once(torrent, 'wire')
      expect(wire).to.have.property('type', 'tcpOutgoing')
      await once(torrent, 'done')
      expect(await sha256Of(join(folder, NAME))).to.equal(FILE.sha256)
      expect(encrypted).to.be.at.least(1)
    })

  /**
   * Asks again where a connection fails, as a download does (node/free-sources). libdatachannel takes an answer's certificate in after its credentials: where the
   * other side has been knocking meanwhile, and packets take no time, the handshake may come between the two and be refused.
   */
  async function meetSomebody(infohash: string, file: TransferFile): Promise<TransferSession> {
    const place: SwarmPlace = { infohash, tracker: tracker.url, turns: new RequestSlots(1), judge: () => 'take' }
    const deps = { rtc: loopbackRtc(systemClock), reach: LOOPBACK_REACH, clock: systemClock, random: systemRandom }
    for (let offersLeft = MAX_STRANGERS_OFFERS - 1; ; offersLeft--)
      try {
        return await openSwarmTransfer(place, file, { ...deps, metrics: createDownloaderMetrics('webtorrent') })
      } catch (error) {
        if (offersLeft === 0 || codeOf(error) !== 'TRANSFER_FAILED') throw error
      }
  }

  it('brings chunks to a leecher of ours that meets it at a tracker', async () => {
    const { fileHash, infohash, sizeBytes } = FILE.torrent
    await writeFile(join(folder, NAME), CONTENT)
    const info = FILE.torrents.info(fileHash) ?? new Uint8Array(0)
    await once(stockClient().add(encodeTorrent(info, [tracker.url]), { path: folder }), 'done')
    while (tracker.peers() === 0) await new Promise((resolve) => setImmediate(resolve))
    const session = await meetSomebody(infohash, { fileHash, sizeBytes })
    stack.defer(() => session.close())
    expect(session.have?.complete).to.equal(true)
    const chunks = Array.from({ length: COUNT }, (_, chunkIndex) =>
      session.request({ chunkIndex, lengthBytes: chunkLength(sizeBytes, chunkIndex) }),
    )
    expect(Buffer.compare(Buffer.concat(await Promise.all(chunks)), CONTENT)).to.equal(0)
  })
})
