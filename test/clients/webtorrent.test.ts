import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import WebTorrent from 'webtorrent'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { systemClock } from '../../src/system/clock.ts'
import { servePartsOf } from '../support/bittorrent-seeder.ts'
import { sha256Of } from '../support/market.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { swarmFile } from '../support/swarm-file.ts'
import { startTestTracker, startTestWebtorrent } from '../support/webtorrent-seeder.ts'

const NAME = 'a film.mkv'
const FILE = swarmFile(NAME, seededRandom('webtorrent').bytes(40 * CHUNK_SIZE_BYTES + 123))

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

  function stockClient(): WebTorrent {
    const silent = { dht: false, lsd: false, natUpnp: false, natPmp: false, utp: false } as const
    const client = new WebTorrent({ ...silent, tracker: { rtcConfig: { iceServers: [] } } })
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
})
