import { cidOf } from '../domain/cid.ts'
import { ChiralError, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { type Clock, delay } from '../system/clock.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { DiscoveryNetwork } from './discovery-network.ts'
import { createLimiter } from './limiter.ts'
import { ANNOUNCE_RETRY_MS, MAX_ANNOUNCE_RETRY_MS, MAX_CONCURRENT_ANNOUNCEMENTS, REPUBLISH_MS } from './protocol.ts'

export interface PublishedFile {
  readonly fileHash: FileHash
  /** SHA-256 of the whole file: announced too, so that `sha256:…` finds it. */
  readonly sha256?: string
  /** Offered to whoever asks, and not announced: found by asking who has something else. */
  readonly silent?: boolean
}

export interface Announcement extends PublishedFile {
  /** Peers that took the latest provider record. */
  readonly peers: number
  /** When they did, milliseconds since 1970; absent while nobody has. */
  readonly announcedAt?: number
}

/** Keeps the provider records of this node's files alive in the DHT. */
export interface Announcer {
  add(file: PublishedFile): void
  /** Stops announcing; what it was, or `undefined`. */
  remove(fileHash: FileHash): Announcement | undefined
  has(fileHash: FileHash): boolean
  list(): Announcement[]
  /** Resolves with the number of peers that took the record, once there is one. @throws the signal's reason; `NOT_PUBLISHED` */
  announced(fileHash: FileHash, signal: AbortSignal): Promise<number>
  /** Tries at once what nobody has taken yet: a peer came. */
  hurry(): void
}

interface Entry {
  readonly file: PublishedFile
  readonly removed: AbortController
  peers: number
  announcedAt: number | undefined
  retryMs: number
  /** Ends the current wait. */
  wake: () => void
  waiters: (() => void)[]
}

export function createAnnouncer({
  network,
  clock,
  random,
  log,
}: {
  network: Pick<DiscoveryNetwork, 'provide'>
  clock: Clock
  random: Random
  log: Logger
}): Announcer {
  const entries = new Map<FileHash, Entry>()
  const limited = createLimiter(MAX_CONCURRENT_ANNOUNCEMENTS)

  async function keepAnnouncing(entry: Entry): Promise<void> {
    while (!entry.removed.signal.aborted) {
      entry.peers = await limited(() => announce(entry))
      if (entry.peers === 0) {
        await pause(entry, entry.retryMs)
        entry.retryMs = Math.min(entry.retryMs * 2, MAX_ANNOUNCE_RETRY_MS)
      } else {
        entry.announcedAt = clock.now()
        entry.retryMs = ANNOUNCE_RETRY_MS
        for (const tell of entry.waiters.splice(0)) tell()
        // spread over the last tenth: files shared in one go would be announced in the same second for ever
        await pause(entry, REPUBLISH_MS * (0.9 + (random.bytes(1)[0] ?? 0) / 2560))
      }
    }
  }

  /** Peers that took the record; with an alias the fewer of both, so that a lost one is tried again. */
  async function announce({ file, removed }: Entry): Promise<number> {
    try {
      const peers = await network.provide(cidOf(file.fileHash), removed.signal)
      if (file.sha256 === undefined) return peers
      return Math.min(peers, await network.provide(cidOf(file.sha256), removed.signal))
    } catch (error) {
      log.debug({ file_hash: file.fileHash, reason: messageOf(error) }, 'announcement failed')
      return 0
    }
  }

  async function pause(entry: Entry, delayMs: number): Promise<void> {
    const woken = new AbortController()
    entry.wake = () => woken.abort()
    await delay(clock, delayMs, AbortSignal.any([entry.removed.signal, woken.signal])).catch(() => undefined)
  }

  return {
    add(file) {
      if (entries.has(file.fileHash)) return
      const entry: Entry = {
        file,
        removed: new AbortController(),
        peers: 0,
        announcedAt: undefined,
        retryMs: ANNOUNCE_RETRY_MS,
        wake: () => undefined,
        waiters: [],
      }
      entries.set(file.fileHash, entry)
      if (file.silent !== true) void keepAnnouncing(entry)
    },
    remove(fileHash) {
      const entry = entries.get(fileHash)
      if (entry === undefined) return undefined
      entries.delete(fileHash)
      entry.removed.abort(notPublished(fileHash))
      return announcementOf(entry)
    },
    has: (fileHash) => entries.has(fileHash),
    list: () => [...entries.values()].map(announcementOf),
    async announced(fileHash, signal) {
      const entry = entries.get(fileHash)
      if (entry === undefined) throw notPublished(fileHash)
      const ended = AbortSignal.any([signal, entry.removed.signal])
      while (entry.peers === 0) {
        ended.throwIfAborted()
        await new Promise<void>((resolve) => {
          const told = (): void => {
            ended.removeEventListener('abort', told)
            entry.waiters = entry.waiters.filter((other) => other !== told)
            resolve()
          }
          entry.waiters.push(told)
          ended.addEventListener('abort', told)
        })
      }
      return entry.peers
    },
    hurry() {
      for (const entry of entries.values()) {
        if (entry.peers > 0) continue
        entry.retryMs = ANNOUNCE_RETRY_MS
        entry.wake()
      }
    },
  }
}

function announcementOf({ file, peers, announcedAt }: Entry): Announcement {
  return { ...file, peers, ...(announcedAt !== undefined && { announcedAt }) }
}

function notPublished(fileHash: FileHash): ChiralError {
  return new ChiralError('NOT_PUBLISHED', `The file ${fileHash} is not shared by this node.`, { details: { fileHash } })
}
