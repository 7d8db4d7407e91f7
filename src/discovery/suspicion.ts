import type { PeerIdText } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import { MAX_REMEMBERED_PEERS, SUSPICION_MS } from './protocol.ts'
import { RecentMap } from './recent-map.ts'

/** Peers that were not there when asked. The DHT names them until their records age out; we skip them for a while. */
export interface SuspicionList {
  suspect(peerId: PeerIdText): void
  /** The peer showed up by itself. */
  clear(peerId: PeerIdText): void
  isSuspected(peerId: PeerIdText): boolean
}

export function createSuspicionList(clock: Clock): SuspicionList {
  const until = new RecentMap<PeerIdText, number>(MAX_REMEMBERED_PEERS)
  return {
    suspect: (peerId) => until.set(peerId, clock.now() + SUSPICION_MS),
    clear: (peerId) => until.delete(peerId),
    isSuspected: (peerId) => (until.get(peerId) ?? 0) > clock.now(),
  }
}
