import { isIP } from 'node:net'
import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { deadline } from '../../../system/clock.ts'
import type { Logger } from '../../../system/logger.ts'
import type { Announcement, AskingParts, TrackerAnswer } from './announcement.ts'
import { announceOverHttp } from './http-announce.ts'
import { LEAVE_DEADLINE_MS } from './limits.ts'
import { type AnnounceTo, type Shared, TrackerFeed } from './tracker-feed.ts'
import type { TrackerUrl } from './tracker-url.ts'
import { announceOverUdp } from './udp-announce.ts'

export interface AnnouncerParts extends AskingParts {
  readonly log: Logger
  /** The IP addresses of a host name. */
  resolve(hostname: string): Promise<readonly string[]>
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

/** One announce to that tracker, whatever it speaks. */
function announceTo(tracker: TrackerUrl, parts: AnnouncerParts): AnnounceTo {
  return (announcement, signal) => announceOnce(tracker, announcement, parts, signal)
}

/** @throws ChiralError `TRACKER_FAILED`, `CANCELLED` */
export async function announceOnce(
  { kind, href, hostname, port }: TrackerUrl,
  announcement: Announcement,
  parts: AnnouncerParts,
  signal?: AbortSignal,
): Promise<TrackerAnswer> {
  if (kind === 'http') return announceOverHttp(href, announcement, parts, signal)
  const address = isIP(hostname) === 0 ? await firstAddress(hostname, parts) : hostname
  return announceOverUdp({ address, port }, announcement, parts, signal)
}

async function firstAddress(hostname: string, { resolve }: AnnouncerParts): Promise<string> {
  try {
    const [address] = await resolve(hostname)
    if (address !== undefined) return address
    throw new Error('it has no address')
  } catch (error) {
    const why = `The tracker at ${hostname} cannot be used: its host is not known (${messageOf(error)})`
    throw new ChiralError('TRACKER_FAILED', why, { cause: error })
  }
}
