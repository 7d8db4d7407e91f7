import { ChiralError, messageOf } from '../../../domain/errors.ts'
import { deadline } from '../../../system/clock.ts'
import { type AnnouncerParts, announceTo } from './announcer.ts'
import { LEAVE_DEADLINE_MS, WANTED_PEERS } from './limits.ts'
import type { SwarmPeers } from './swarm-peers.ts'
import type { TrackerUrl } from './tracker-url.ts'

/** Bytes that are said to be missing: any number but 0 is a leecher's, and how many there are is no business of a tracker. */
const LEFT = 1

/**
 * Peers that a tracker over HTTP or UDP knows. Others could not get the torrent here, so this node signs off as soon as it has its answer.
 * @param own as the tracker knows this node: 40 hex digits, and a port
 */
export function trackerPeers(
  tracker: TrackerUrl,
  own: { readonly peerId: string; readonly port: number },
  parts: AnnouncerParts,
): SwarmPeers {
  const announce = announceTo(tracker, parts)
  return {
    async findPeers(infohash, signal) {
      const said = { ...own, infohash, left: LEFT }
      const { peers } = await announce({ ...said, event: 'started', wanted: WANTED_PEERS }, signal)
      const late = new ChiralError('CANCELLED', 'The tracker takes too long.')
      const limit = deadline(parts.clock, LEAVE_DEADLINE_MS, late, signal)
      try {
        await announce({ ...said, event: 'stopped', wanted: 0 }, limit.signal)
      } catch (error) {
        parts.log.debug({ tracker: tracker.href, reason: messageOf(error) }, 'a tracker was not told of an end')
      } finally {
        limit.done()
      }
      return peers
    },
  }
}
