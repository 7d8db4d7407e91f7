import { createServer } from 'node:http'
import type { TransferFile, TransferSession } from '../../src/domain/transfer.ts'
import { encodeBencode } from '../../src/public-protocols/bittorrent/bencode.ts'
import { openBittorrentTransfer } from '../../src/public-protocols/bittorrent/bittorrent-transfer.ts'
import { createDownloaderMetrics } from '../../src/public-protocols/downloader-metrics.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { LOOPBACK_RULES } from './bittorrent-seeder.ts'
import { listenOnLoopback } from './loopback.ts'

/** A tracker that knows of peers on 127.0.0.1, whatever it is asked for. */
export interface PeerTracker {
  readonly url: string
  /** What it was asked. */
  readonly asked: readonly URLSearchParams[]
  stop(): Promise<void>
}

export async function startPeerTracker(ports: readonly number[]): Promise<PeerTracker> {
  const asked: URLSearchParams[] = []
  const peers = Uint8Array.from(ports.flatMap((port) => [127, 0, 0, 1, port >> 8, port & 0xff]))
  const { port, stop } = await listenOnLoopback(
    createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://tracker').searchParams)
      response.end(encodeBencode({ interval: 60, peers }))
    }),
  )
  return { url: `http://127.0.0.1:${port}/announce`, asked, stop }
}

/** A client of BitTorrent as soon as it listens, has looked at its file, which it has whole, and lets be asked. */
export async function whenSeeding(port: number, infohash: string, file: TransferFile): Promise<TransferSession> {
  for (;;) {
    const deps = { clock: systemClock, random: systemRandom, metrics: createDownloaderMetrics('bittorrent') }
    const endpoint = { infohash, addresses: [`127.0.0.1:${port}`] }
    const session = await openBittorrentTransfer(endpoint, file, { ...deps, rules: LOOPBACK_RULES }).catch(
      () => undefined,
    )
    if (session?.have?.complete === true) return session
    await session?.close()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
