import type { Clock } from '../../../system/clock.ts'
import type { Random } from '../../../system/random.ts'
import type { Endpoint } from '../tracker/compact.ts'
import { DEFAULT_INTERVAL_MS, MAX_INTERVAL_MS, MIN_INTERVAL_MS } from './limits.ts'

/** What a node says to a tracker over HTTP or UDP. */
export interface Announcement {
  /** 40 hex digits. */
  readonly infohash: string
  /** 40 hex digits. */
  readonly peerId: string
  /** Where this node takes connections of BitTorrent. */
  readonly port: number
  /** Bytes that are missing here. */
  readonly left: number
  readonly event: 'started' | 'stopped' | undefined
  /** Peers wanted in return. */
  readonly wanted: number
}

export interface TrackerAnswer {
  readonly intervalMs: number
  /** Unverified: anybody could have said so. */
  readonly peers: readonly Endpoint[]
}

export interface AskingParts {
  readonly clock: Clock
  readonly random: Random
}

/** How often to announce, given what a tracker says about it, in seconds. */
export function intervalOf(seconds: number | undefined): number {
  if (seconds === undefined || !(seconds > 0)) return DEFAULT_INTERVAL_MS
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, seconds * 1_000))
}
