import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { systemClock } from '../../src/system/clock.ts'
import { servePartsOf } from '../support/bittorrent-seeder.ts'
import { Processes } from '../support/processes.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { swarmFile } from '../support/swarm-file.ts'
import { TestCertificate } from '../support/test-certificate.ts'
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
  const certificate = new TestCertificate()
  const trusted = getCACertificates('default')
  let tls: { certificate: string; key: string }
  let page: Page

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chiral-page-'))
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    stack.defer(() => certificate.remove())
    tls = await certificate.make('IP:127.0.0.1')
    const processes = new Processes()
    stack.defer(() => processes.stopAll())
    const { devTools } = await startChromium(processes, join(folder, 'profile'), tls.certificate)
    stack.defer(async () => devTools.close())
    page = await devTools.newPage()
  })
  after(() => stack.disposeAsync())

  /** A tracker, and our seeder of the file there. */
  async function seededAt(options?: Parameters<typeof startTestTracker>[0]): Promise<string> {
    const { url, stop } = await startTestTracker(options)
    stack.defer(stop)
    const parts = servePartsOf(FILE.torrents, { clock: systemClock })
    const { infohash } = FILE.torrent
    const { seeder } = startTestWebtorrent(parts, { clock: systemClock, trackers: [url], infohash })
    stack.defer(() => seeder.stop())
    return url
  }

  /** What the page at `origin` gets from that tracker alone: SHA-256, hex. */
  async function got(origin: string, trackerUrl: string): Promise<string> {
    await page.open(`${origin}/`)
    return page.evaluate(
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
  }

  it('gets a free file from our seeder by a magnet alone', async () => {
    const site = await serveWebtorrentSite()
    stack.defer(() => site.stop())
    expect(await got(`http://127.0.0.1:${site.port}`, await seededAt())).to.equal(FILE.sha256)
  })

  it('gets it on a page served over HTTPS, by our tracker with TLS', async () => {
    const site = await serveWebtorrentSite(tls)
    stack.defer(() => site.stop())
    setDefaultCACertificates([...trusted, tls.certificate]) // of our seeder
    stack.defer(() => setDefaultCACertificates(trusted))
    const url = await seededAt({ tls })
    expect(url).to.match(/^wss:/)
    expect(await got(`https://127.0.0.1:${site.port}`, url)).to.equal(FILE.sha256)
  })
})
