/** Limits of a node towards trackers: docs/specs/13-trackers-and-webtorrent.md §5. */

/** Trackers that are told of files. Each is a request a file and interval. */
export const MAX_TRACKERS = 8
/** Characters of a tracker's URL. */
export const MAX_URL_LENGTH = 512
/** For an answer over HTTP, connection and all. */
export const HTTP_TIMEOUT_MS = 15_000
/** Bytes of an answer: 200 peers that are written out have some 16,000. */
export const MAX_ANSWER_BYTES = 64 * 1024
/** For an answer over UDP, at the first attempt; doubles. BEP 15 says 15 s, for networks of 2008. */
export const UDP_TIMEOUT_MS = 4_000
export const UDP_ATTEMPTS = 3
/** Peers of an answer that are looked at. */
export const MAX_PEERS = 200
/** Peers that a tracker is asked for: what most of them give at the most. */
export const WANTED_PEERS = 50

/** What a tracker may say of how often it wants to hear of a file: not all the time, and before it forgets. */
export const MIN_INTERVAL_MS = 60_000
export const MAX_INTERVAL_MS = 60 * 60_000
/** How often, when it says nothing. */
export const DEFAULT_INTERVAL_MS = 15 * 60_000
/** A tracker that fails is tried again after this; doubles up to the second. */
export const RETRY_MS = 15_000
export const MAX_RETRY_MS = 30 * 60_000
/** How long a leaving node spends on telling its trackers, and how many files at once. */
export const LEAVE_DEADLINE_MS = 2_000
export const LEAVE_AT_ONCE = 8
