import { codeOf, messageOf } from '../../../domain/errors.ts'
import type { Clock } from '../../../system/clock.ts'
import { forEachAtOnce } from '../../../system/for-each-at-once.ts'
import type { Logger } from '../../../system/logger.ts'
import type { Announcement, TrackerAnswer } from './announcement.ts'
import { LEAVE_AT_ONCE, MAX_RETRY_MS, RETRY_MS } from './limits.ts'

/** One announce to one tracker. @throws ChiralError `TRACKER_FAILED`, `CANCELLED` */
export type AnnounceTo = (announcement: Announcement, signal?: AbortSignal) => Promise<TrackerAnswer>

export interface FeedParts {
  readonly clock: Clock
  readonly log: Logger
  readonly announce: AnnounceTo
  /** As it stands in the settings, for the log. */
  readonly url: string
}

/** A torrent this node has wholly. */
export type Shared = Pick<Announcement, 'infohash' | 'peerId' | 'port'>

/** Keeps one tracker told of what is shared: one announce at a time, each torrent as often as the tracker wants, and less while it fails. */
export class TrackerFeed {
  readonly #parts: FeedParts
  readonly #stopping = new AbortController()
  /** By infohash: when it is due, monotonic ms, and whether the tracker knows it. */
  readonly #torrents = new Map<string, { readonly shared: Shared; dueAt: number; isKnown: boolean }>()
  #retryMs = RETRY_MS
  #isFailing = false
  #isBusy = false
  #notBefore = 0
  #cancel = (): void => {}

  constructor(parts: FeedParts) {
    this.#parts = parts
  }

  add(shared: Shared): void {
    if (this.#torrents.has(shared.infohash)) return
    this.#torrents.set(shared.infohash, { shared, dueAt: this.#parts.clock.monotonic(), isKnown: false })
    this.#plan()
  }

  /** Tells the tracker as well, where it knew. */
  remove(infohash: string): void {
    const torrent = this.#torrents.get(infohash)
    this.#torrents.delete(infohash)
    if (torrent?.isKnown === true) void this.#say(torrent.shared, 'stopped', this.#stopping.signal).catch(() => {})
  }

  /** Tells the tracker that all is over, for as long as the signal lets it. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping.abort()
    this.#cancel()
    const known = [...this.#torrents.values()].filter(({ isKnown }) => isKnown)
    this.#torrents.clear()
    if (this.#isFailing) return
    // Whom it does not reach finds out when the tracker forgets.
    await forEachAtOnce(known, LEAVE_AT_ONCE, ({ shared }) =>
      this.#say(shared, 'stopped', signal).then(
        () => {},
        () => {},
      ),
    )
  }

  /** Waits for the torrent that is due next. */
  #plan(): void {
    this.#cancel()
    if (this.#isBusy || this.#torrents.size === 0 || this.#stopping.signal.aborted) return
    const dueAt = Math.min(...[...this.#torrents.values()].map((torrent) => torrent.dueAt))
    const waitMs = Math.max(dueAt, this.#notBefore) - this.#parts.clock.monotonic()
    this.#cancel = this.#parts.clock.schedule(Math.max(0, waitMs), () => void this.#announceNext())
  }

  async #announceNext(): Promise<void> {
    const { clock, log, url } = this.#parts
    const [torrent] = [...this.#torrents.values()].sort((a, b) => a.dueAt - b.dueAt)
    if (torrent === undefined) return
    this.#isBusy = true
    try {
      const { intervalMs } = await this.#say(
        torrent.shared,
        torrent.isKnown ? undefined : 'started',
        this.#stopping.signal,
      )
      torrent.isKnown = true
      torrent.dueAt = clock.monotonic() + intervalMs
      if (this.#isFailing) log.info({ tracker: url }, 'A tracker answers again')
      this.#isFailing = false
      this.#retryMs = RETRY_MS
    } catch (error) {
      if (codeOf(error) === 'CANCELLED') return
      // Once, however many files it is about: what follows is the same failure.
      if (!this.#isFailing)
        log.warn({ tracker: url, reason: messageOf(error) }, 'A tracker cannot be told what is shared')
      this.#isFailing = true
      this.#notBefore = clock.monotonic() + this.#retryMs
      this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs)
    } finally {
      this.#isBusy = false
      this.#plan()
    }
  }

  #say(shared: Shared, event: Announcement['event'], signal: AbortSignal): Promise<TrackerAnswer> {
    return this.#parts.announce({ ...shared, left: 0, event, wanted: 0 }, signal)
  }
}
