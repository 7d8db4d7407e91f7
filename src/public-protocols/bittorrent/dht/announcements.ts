import { Publications } from '../../kademlia/publications.ts'
import { ANNOUNCE_PAUSE_MS, ANNOUNCE_RETRY_MS, ENOUGH_NODES, MAX_ANNOUNCED, REANNOUNCE_MS } from './limits.ts'

/** A torrent this node serves. */
export interface OwnTorrent {
  /** Its infohash. */
  readonly target: string
  /** Of TCP, where it is served. */
  readonly port: number
}

export function newAnnouncements(): Publications<OwnTorrent> {
  return new Publications({
    most: MAX_ANNOUNCED,
    pauseMs: ANNOUNCE_PAUSE_MS,
    repeatMs: REANNOUNCE_MS,
    enough: ENOUGH_NODES,
    retryMs: ANNOUNCE_RETRY_MS,
  })
}
