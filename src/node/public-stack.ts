import type { BesideHasher } from '../content/hash-file.ts'
import type { FileHash } from '../domain/ids.ts'
import { resolveHost } from '../system/resolve-host.ts'
import { type BittorrentParts, type BittorrentStack, openBittorrent } from './bittorrent-stack.ts'
import { type DhtStack, openDht } from './dht-stack.ts'
import type { PublicEndpoints } from './download/public-endpoints.ts'
import { type Ed2kParts, type Ed2kStack, openEd2k } from './ed2k-stack.ts'
import { type HttpParts, type HttpStack, openHttp } from './http-stack.ts'
import { type KadStack, openKad } from './kad-stack.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'
import { openTrackers, type TrackerParts, type TrackerStack } from './tracker-stack.ts'
import { openWebtorrentAgain } from './webtorrent-again.ts'

/** What is shared, served by public protocols; each serves what the gate admits. */
export interface PublicStack {
  readonly http: HttpStack
  readonly bittorrent: BittorrentStack
  readonly ed2k: Ed2kStack
  readonly kad: Pick<KadStack, 'node'>
  /** Those that are used. */
  readonly trackers: Pick<TrackerStack, 'urls' | 'reach'>
  readonly dht: Pick<DhtStack, 'peers'>
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

export type PublicParts = HttpParts & Omit<BittorrentParts, 'trackers'> & Omit<TrackerParts, 'resolve'> & Ed2kParts

/** Serves by all public protocols that the configuration wants. @throws ChiralError `LISTEN_FAILED`, `TLS_INVALID`, `CONFIG_INVALID` */
export async function openPublic(config: NodeConfig, parts: PublicParts): Promise<PublicStack> {
  const stack = new AsyncDisposableStack()
  try {
    const http = await openHttp(config, parts)
    stack.defer(() => http.stop())
    const trackers = await openTrackers(config, { ...parts, resolve: resolveHost })
    stack.defer(() => trackers.stop())
    const bittorrent = await openBittorrent(config, { ...parts, trackers: () => trackers.urls() })
    stack.defer(() => bittorrent.stop())
    const { swarms } = bittorrent
    const webtorrent = await openWebtorrentAgain(config, { ...parts, swarms, trackers })
    stack.defer(() => webtorrent.stop())
    const dht = await openDht(config, { ...parts, swarms, resolve: resolveHost })
    stack.defer(() => dht.stop())
    const ed2k = await openEd2k(config, parts)
    stack.defer(() => ed2k.stop())
    const kad = await openKad(config, { ...parts, ed2k })
    stack.defer(() => kad.stop())
    const running = stack.move()
    return {
      http,
      bittorrent,
      ed2k,
      kad,
      dht,
      trackers,
      hashBeside: (pass) => ed2k.hashBeside((one) => bittorrent.hashBeside((other) => pass(besideBoth(one, other)))),
      async prepare(share, signal) {
        await Promise.all([bittorrent.prepare(share, signal), ed2k.prepare(share, signal)])
        webtorrent.join(share)
        dht.add(share)
        kad.add(share)
      },
      async forget(fileHash) {
        webtorrent.leave(fileHash)
        dht.forget(fileHash)
        kad.forget(fileHash)
        await Promise.all([bittorrent.forget(fileHash), ed2k.forget(fileHash)])
      },
      endpointsOf(share) {
        const overHttp = http.endpoint()
        const overBittorrent = bittorrent.endpointOf(share)
        const overWebtorrent = webtorrent.endpointOf(share)
        const overEd2k = ed2k.endpointOf(share)
        return {
          ...(overHttp === undefined ? {} : { http: overHttp }),
          ...(overBittorrent === undefined ? {} : { bittorrent: overBittorrent }),
          ...(overWebtorrent === undefined ? {} : { webtorrent: overWebtorrent }),
          ...(overEd2k === undefined ? {} : { ed2k: overEd2k }),
        }
      },
      stop: () => running.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** One pass over a file for the hashes of both. */
function besideBoth(one: BesideHasher | undefined, other: BesideHasher | undefined): BesideHasher | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return {
    async update(block) {
      await Promise.all([one.update(block), other.update(block)])
    },
  }
}
