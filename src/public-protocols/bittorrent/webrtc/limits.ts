/** Limits of WebTorrent: docs/specs/13-trackers-and-webtorrent.md §5. */

// Of data channels.

/** Longest message that is sent: stock clients take blocks of 16 KiB at a time, and every browser takes this. */
export const MAX_SENT_MESSAGE_BYTES = 64 * 1024
/** Longest message that is taken. */
export const MAX_RECEIVED_MESSAGE_BYTES = 256 * 1024
/** What may wait to be sent before the wire is told to wait; and how little before it is told to go on. */
export const HIGH_WATER_BYTES = 1024 * 1024
export const LOW_WATER_BYTES = 256 * 1024
/** Candidates of the other side that are tried. Each is a few packets to an address that a stranger names. */
export const MAX_CANDIDATES = 16
/** For STUN servers to answer; with none there is nothing to wait for. */
export const GATHER_TIMEOUT_MS = 1_000
/**
 * Whoever answers lets the other side begin to look for a path for so long. What it sends before the other has its answer does harm: the first packet of
 * the handshake is dropped and comes again a second later, or comes before libdatachannel has taken in what certificate to expect, which then gives up. Where only
 * both together get through to each other, the other side has the answer by then.
 */
export const CHECK_DELAY_MS = 250
/** From an exchange of descriptions to an open channel. */
export const CONNECT_TIMEOUT_MS = 10_000

// Of the seeder.

/** Connections that were answered and are not open yet: an offer costs a socket and a key exchange. */
export const MAX_PENDING = 32
/** Offers that are answered at once, and each second. */
export const OFFER_BURST = 64
export const OFFERS_PER_SECOND = 16
/** A tracker whose connection broke is tried again after this; doubles up to the second. */
export const RETRY_MS = 2_000
export const MAX_RETRY_MS = 10 * 60_000
/** What a tracker may say of how often it wants to hear of a file; and how often, when it says nothing. */
export const MIN_INTERVAL_MS = 30_000
export const MAX_INTERVAL_MS = 30 * 60_000
export const DEFAULT_INTERVAL_MS = 2 * 60_000
/** Announces to a tracker in one second, when there are many files: our own tracker lets an address make 2,000 at once. */
export const ANNOUNCES_AT_ONCE = 100

// Of both, with trackers.

/** For a WebSocket to open. */
export const SIGNAL_CONNECT_TIMEOUT_MS = 5_000
/** What may wait to be sent to a tracker that does not read; then its connection is ended. */
export const MAX_SIGNAL_BACKLOG_BYTES = 256 * 1024

// Of the leecher.

/** Trackers of an offer that are tried, one after another. */
export const MAX_TRACKERS_TRIED = 4
/** An offer that nobody answers is made again: a tracker of others may have given it to somebody else. */
export const OFFER_AGAIN_MS = 2_500
/** For an answer by one tracker. */
export const ANSWER_TIMEOUT_MS = 8_000

// Of the leecher, with strangers.

/** For an answer of somebody: stock clients in Node take five seconds to make one. */
export const STRANGERS_ANSWER_TIMEOUT_MS = 10_000
/** Offers in a row, where a seller of the file answers: a tracker gives each to somebody by chance, who makes a connection for it. */
export const MAX_STRANGERS_OFFERS = 3
