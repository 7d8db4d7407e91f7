import type { Endpoint } from '../tracker/compact.ts'

/** Whoever may know peers of a torrent: a tracker, the DHT. */
export interface SwarmPeers {
  /**
   * Addresses where somebody said that the torrent is, `MAX_PEERS` at the most; none where nobody knows any. Unverified: whoever asks
   * decides where it connects to.
   *
   * @param infohash 40 hex digits
   * @throws ChiralError `TRACKER_FAILED`, `RATE_LIMITED`, `STREAM_CLOSED` where it cannot be asked; the signal's reason
   */
  findPeers(infohash: string, signal?: AbortSignal): Promise<readonly Endpoint[]>
}
