import { ChiralError } from '../../../domain/errors.ts'
import { deadline } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import { addressesOf, type TrackerReach } from '../tracker-reach.ts'
import type { AskingParts } from './announcement.ts'
import { announcesOverHttp } from './http-announce.ts'
import { LEAVE_DEADLINE_MS } from './limits.ts'
import { type AnnounceTo, type Shared, TrackerFeed } from './tracker-feed.ts'
import type { TrackerUrl } from './tracker-url.ts'
import { announceOverUdp } from './udp-announce.ts'

export interface AnnouncerParts extends AskingParts {
  readonly log: Logger
  readonly reach: TrackerReach
}

/** Tells trackers over HTTP and UDP what this node seeds. */
export interface Announcer {
  /** Announces it from now on; nothing happens when it does already. */
  add(torrent: Shared): void
  remove(infohash: string): void
  /** Tells the trackers, as far as they answer soon. Stopping twice is fine. */
  stop(): Promise<void>
}

/** @param trackers as `parseTrackerUrl` takes them; those on WebSockets are told by who signals there */
export function createAnnouncer(trackers: readonly TrackerUrl[], parts: AnnouncerParts): Announcer {
  const { clock, log } = parts
  const feeds = trackers
    .filter(({ kind }) => kind !== 'websocket')
    .map((tracker) => new TrackerFeed({ clock, log, url: tracker.href, announce: announceTo(tracker, parts) }))
  let stopped: Promise<void> | undefined

  async function stop(): Promise<void> {
    const limit = deadline(clock, LEAVE_DEADLINE_MS, new ChiralError('CANCELLED', 'The trackers take too long.'))
    await Promise.all(feeds.map((feed) => feed.stop(limit.signal)))
    limit.done()
  }

  return {
    add(torrent) {
      for (const feed of feeds) feed.add(torrent)
    },
    remove(infohash) {
      for (const feed of feeds) feed.remove(infohash)
    },
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

/** How a tracker is announced to, whatever it speaks. */
export function announceTo({ kind, href, hostname, port }: TrackerUrl, parts: AnnouncerParts): AnnounceTo {
  if (kind === 'http') return announcesOverHttp(href, parts)
  return async (announcement, signal) => {
    const [address = hostname] = await addressesOf(hostname, parts.reach)
    return announceOverUdp({ address, port }, announcement, parts, signal)
  }
}
