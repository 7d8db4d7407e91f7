import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { startChromium } from '../../test/page/chromium.ts'
import { serveWebtorrentSite } from '../../test/page/webtorrent-site.ts'
import { Processes } from '../../test/support/processes.ts'
import type { Moved } from '../processes.ts'

/** What is used of the stock client in the page. */
interface PageTorrent {
  readonly length: number
  on(event: 'done' | 'wire', listener: () => void): void
}
interface PageClient {
  add(magnet: string, options: { readonly announce: readonly string[] }): PageTorrent
}
type PageClientClass = new (options: {
  readonly dht: false
  readonly tracker: { readonly rtcConfig: { readonly iceServers: readonly [] } }
}) => PageClient

/** A headless Chromium with stock WebTorrent. */
export interface Leecher {
  leech(infohash: string, tracker: string): Promise<Moved>
  stop(): Promise<void>
}

export async function startPage(directory: string): Promise<Leecher> {
  const stack = new AsyncDisposableStack()
  try {
    const site = await serveWebtorrentSite()
    stack.defer(() => site.stop())
    const processes = new Processes()
    stack.defer(() => processes.stopAll())
    const { devTools } = await startChromium(processes, await mkdtemp(join(directory, 'profile-')))
    stack.defer(async () => devTools.close())
    return {
      async leech(infohash, tracker) {
        const page = await devTools.newPage()
        await page.open(`http://127.0.0.1:${site.port}/`)
        try {
          return await page.evaluate(get, `magnet:?xt=urn:btih:${infohash}`, tracker)
        } finally {
          await page.close()
        }
      },
      stop: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** Runs in the page. The clock runs from the connection until the last piece is verified. */
async function get(magnet: string, tracker: string): Promise<Moved> {
  const path = '/webtorrent.js'
  const { default: WebTorrent }: { default: PageClientClass } = await import(path)
  const client = new WebTorrent({ dht: false, tracker: { rtcConfig: { iceServers: [] } } })
  const askedAt = performance.now()
  const torrent = client.add(magnet, { announce: [tracker] })
  let connectedAt: number | undefined
  torrent.on('wire', () => {
    connectedAt ??= performance.now()
  })
  await new Promise<void>((resolve) => torrent.on('done', resolve))
  const at = connectedAt ?? askedAt
  return { seconds: (performance.now() - at) / 1_000, bytes: torrent.length, firstConnectionMs: at - askedAt }
}
