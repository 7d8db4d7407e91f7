import type { FileHash } from '../domain/ids.ts'
import { type BittorrentParts, type BittorrentStack, openBittorrent } from './bittorrent-stack.ts'
import type { PublicEndpoints } from './download/public-endpoints.ts'
import { type HttpParts, type HttpStack, openHttp } from './http-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'
import { openTrackers } from './tracker-stack.ts'
import { openWebtorrent } from './webtorrent-stack.ts'

/** What is shared, served by public protocols; each serves what the gate admits. */
export interface PublicStack {
  readonly http: HttpStack
  readonly bittorrent: BittorrentStack
  /** What a file needs before it is served, such as other hashes: when this resolves its offer names all that serve it. Never rejects. */
  prepare(share: StoredShare, signal?: AbortSignal): Promise<void>
  /** The file is not shared any more. */
  forget(fileHash: FileHash): Promise<void>
  /** As the offer of a file names them: those that serve it and can be reached. */
  endpointsOf(share: StoredShare): PublicEndpoints
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export type PublicParts = HttpParts & Omit<BittorrentParts, 'trackers'>

/** Serves by all public protocols that the configuration wants. @throws ChiralError `LISTEN_FAILED`, `TLS_INVALID`, `CONFIG_INVALID` */
export async function openPublic(config: NodeConfig, parts: PublicParts): Promise<PublicStack> {
  const stack = new AsyncDisposableStack()
  try {
    const http = await openHttp(config, parts)
    stack.defer(() => http.stop())
    const trackers = await openTrackers(config, parts)
    stack.defer(() => trackers.stop())
    const bittorrent = await openBittorrent(config, { ...parts, trackers: () => trackers.urls() })
    stack.defer(() => bittorrent.stop())
    const { swarms } = bittorrent
    const webtorrent = await openWebtorrent(config, { ...parts, swarms, trackers: trackers.urls() })
    stack.defer(() => webtorrent.stop())
    const running = stack.move()
    return {
      http,
      bittorrent,
      async prepare(share, signal) {
        await bittorrent.prepare(share, signal)
        webtorrent.join(share)
      },
      forget(fileHash) {
        webtorrent.leave(fileHash)
        return bittorrent.forget(fileHash)
      },
      endpointsOf(share) {
        const overHttp = http.endpoint()
        const overBittorrent = bittorrent.endpointOf(share)
        const overWebtorrent = webtorrent.endpointOf(share)
        return {
          ...(overHttp === undefined ? {} : { http: overHttp }),
          ...(overBittorrent === undefined ? {} : { bittorrent: overBittorrent }),
          ...(overWebtorrent === undefined ? {} : { webtorrent: overWebtorrent }),
        }
      },
      stop: () => running.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
