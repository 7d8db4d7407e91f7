import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { systemClock } from '../../src/system/clock.ts'
import { servePartsOf } from '../support/bittorrent-seeder.ts'
import { Processes } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { swarmFile } from '../support/swarm-file.ts'
import { startTestTracker, startTestWebtorrent } from '../support/webtorrent-seeder.ts'
import { startChromium } from './chromium.ts'
import type { Page } from './devtools.ts'
import { serveWebtorrentSite } from './webtorrent-site.ts'

const FILE = swarmFile('film.mkv', seededRandom('page webtorrent').bytes(40 * CHUNK_SIZE_BYTES + 123))

/** What is used of the stock client in the page. */
interface PageTorrent {
  on(event: 'done' | 'wire', listener: () => void): void
  readonly files: readonly { blob(): Promise<Blob> }[]
}
type PageClient = new (options: {
  readonly dht: false
  readonly tracker: { readonly rtcConfig: { readonly iceServers: readonly [] } }
}) => { add(magnet: string, options: { readonly announce: readonly string[] }): PageTorrent }

describe('a page with stock WebTorrent', function () {
  this.timeout(60_000)
  const stack = new AsyncDisposableStack()
  let page: Page
  let trackerUrl: string

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-page-'))
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    const tracker = await startTestTracker()
    stack.defer(() => tracker.stop())
    trackerUrl = tracker.url
    const parts = servePartsOf(FILE.torrents, { clock: systemClock })
    const { infohash } = FILE.torrent
    const { seeder } = startTestWebtorrent(parts, { clock: systemClock, trackers: [trackerUrl], infohash })
    stack.defer(() => seeder.stop())
    const site = await serveWebtorrentSite()
    stack.defer(() => site.stop())
    const processes = new Processes()
    stack.defer(() => processes.stopAll())
    const { devTools } = await startChromium(processes, join(folder, 'profile'))
    stack.defer(async () => devTools.close())
    page = await devTools.newPage()
    await page.open(`http://127.0.0.1:${site.port}/`)
  })
  after(() => stack.disposeAsync())

  it('gets a free file from our seeder by a magnet alone', async () => {
    const told = await page.evaluate(
      async ({ magnet, announce }: { magnet: string; announce: readonly string[] }) => {
        const path = '/webtorrent.js'
        const { default: WebTorrent }: { default: PageClient } = await import(path)
        const client = new WebTorrent({ dht: false, tracker: { rtcConfig: { iceServers: [] } } })
        const torrent = client.add(magnet, { announce })
        await new Promise<void>((resolve) => torrent.on('done', resolve))
        const bytes = await torrent.files[0]?.blob().then((blob) => blob.arrayBuffer())
        const digest = await crypto.subtle.digest('SHA-256', bytes ?? new ArrayBuffer(0))
        return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      },
      { magnet: `magnet:?xt=urn:btih:${FILE.torrent.infohash}`, announce: [trackerUrl] },
    )
    expect(told).to.equal(FILE.sha256)
  })
})
