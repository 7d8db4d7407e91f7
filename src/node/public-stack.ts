import type { FileHash } from '../domain/ids.ts'
import { type BittorrentParts, type BittorrentStack, openBittorrent } from './bittorrent-stack.ts'
import type { PublicEndpoints } from './download/public-endpoints.ts'
import { type Ed2kParts, type Ed2kStack, openEd2k } from './ed2k-stack.ts'
import { type HttpParts, type HttpStack, openHttp } from './http-stack.ts'
import { openKad } from './kad-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'

/** What is shared, served by public protocols; each serves what the gate admits. */
export interface PublicStack {
  readonly http: HttpStack
  readonly bittorrent: BittorrentStack
  readonly ed2k: Ed2kStack
  /** Runs a pass that hashes a file, and makes other hashes of it as it goes. */
  readonly hashBeside: Ed2kStack['hashBeside']
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
export async function openPublic(
  config: NodeConfig,
  parts: HttpParts & BittorrentParts & Ed2kParts,
): Promise<PublicStack> {
  const http = await openHttp(config, parts)
  const bittorrent = await openBittorrent(config, parts).catch(async (error: unknown) => {
    await http.stop()
    throw error
  })
  const ed2k = await openEd2k(config, parts).catch(async (error: unknown) => {
    await Promise.all([http.stop(), bittorrent.stop()])
    throw error
  })
  const kad = await openKad(config, { ...parts, ed2k }).catch(async (error: unknown) => {
    await Promise.all([http.stop(), bittorrent.stop(), ed2k.stop()])
    throw error
  })
  return {
    http,
    bittorrent,
    ed2k,
    hashBeside: ed2k.hashBeside,
    async prepare(share, signal) {
      await Promise.all([bittorrent.prepare(share, signal), ed2k.prepare(share, signal)])
      kad.add(share)
    },
    async forget(fileHash) {
      kad.forget(fileHash)
      await Promise.all([bittorrent.forget(fileHash), ed2k.forget(fileHash)])
    },
    endpointsOf(share) {
      const overHttp = http.endpoint()
      const overBittorrent = bittorrent.endpointOf(share)
      const overEd2k = ed2k.endpointOf(share)
      return {
        ...(overHttp === undefined ? {} : { http: overHttp }),
        ...(overBittorrent === undefined ? {} : { bittorrent: overBittorrent }),
        ...(overEd2k === undefined ? {} : { ed2k: overEd2k }),
      }
    },
    async stop() {
      await Promise.all([http.stop(), bittorrent.stop(), ed2k.stop(), kad.stop()])
    },
  }
}
