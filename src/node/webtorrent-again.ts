import type { FileHash } from '../domain/ids.ts'
import type { NodeConfig } from './node-config.ts'
import type { StoredShare } from './share-store.ts'
import type { TrackerStack } from './tracker-stack.ts'
import { openWebtorrent, type WebtorrentParts, type WebtorrentStack } from './webtorrent-stack.ts'

/** As `openWebtorrent`, with the trackers that are known, and anew when others are. @throws ChiralError `TLS_INVALID` */
export async function openWebtorrentAgain(
  config: NodeConfig,
  { trackers, ...parts }: Omit<WebtorrentParts, 'trackers' | 'reach'> & { readonly trackers: TrackerStack },
): Promise<WebtorrentStack> {
  const open = (): Promise<WebtorrentStack> =>
    openWebtorrent(config, { ...parts, trackers: trackers.urls(), reach: trackers.reach })
  const { log } = parts.system
  const joined = new Map<FileHash, StoredShare>()
  let current = await open()
  let isStopped = false
  let last: Promise<void> = Promise.resolve()

  async function change(): Promise<void> {
    if (isStopped) return
    const former = current
    current = await open()
    for (const share of joined.values()) current.join(share)
    await former.stop()
  }

  trackers.onLearned(() => {
    last = last.then(change).catch((error: unknown) => log.error({ error }, 'other trackers cannot be used'))
  })
  return {
    join(share) {
      joined.set(share.fileHash, share)
      current.join(share)
    },
    leave(fileHash) {
      joined.delete(fileHash)
      current.leave(fileHash)
    },
    endpointOf: (share) => current.endpointOf(share),
    async stop() {
      isStopped = true
      await last
      await current.stop()
    },
  }
}
