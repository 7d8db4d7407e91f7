import type { FileHash } from '../domain/ids.ts'
import { type BittorrentParts, type BittorrentStack, openBittorrent } from './bittorrent-stack.ts'
import type { PublicEndpoints } from './download/public-endpoints.ts'
import { type HttpParts, type HttpStack, openHttp } from './http-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'

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

/** Serves by all public protocols that the configuration wants. @throws ChiralError as `openHttp` */
export async function openPublic(config: NodeConfig, parts: HttpParts & BittorrentParts): Promise<PublicStack> {
  const http = await openHttp(config, parts)
  const bittorrent = await openBittorrent(config, parts).catch(async (error: unknown) => {
    await http.stop()
    throw error
  })
  return {
    http,
    bittorrent,
    prepare: (share, signal) => bittorrent.prepare(share, signal),
    forget: (fileHash) => bittorrent.forget(fileHash),
    endpointsOf(share) {
      const overHttp = http.endpoint()
      const overBittorrent = bittorrent.endpointOf(share)
      return {
        ...(overHttp === undefined ? {} : { http: overHttp }),
        ...(overBittorrent === undefined ? {} : { bittorrent: overBittorrent }),
      }
    },
    async stop() {
      await Promise.all([http.stop(), bittorrent.stop()])
    },
  }
}
