import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'

/** The libp2p protocol id; the last part is the version and rises with any incompatible change. docs/specs/03-chunk-exchange.md */
export const BITSWAP_PROTOCOL = '/chiral/bitswap/1'

// Counts of a session (SPEC 03 §3).

/** Requests a payer may have unanswered: 16 MiB of chunks fill a 100 MB/s link with 160 ms of delay, and bound what a payee queues. */
export const MAX_OUTSTANDING_REQUESTS = 64
/** Chunks a payee holds in memory for one stream, so that 64 requests of a slow reader cost 4 MiB and not 16. */
export const MAX_CHUNKS_IN_MEMORY = 16
/** Delivered chunks a payee remembers as refusable on one stream: every one a payer can still have unverified, and a few more. */
export const MAX_REMEMBERED_DELIVERIES = 2 * MAX_OUTSTANDING_REQUESTS
/** Refusals in a row that end a stream: two retries for each of 64 requests stay below it, asking for ever does not. */
export const MAX_REFUSALS_IN_A_ROW = 256
/** A refused request whose books merely lagged is asked again so often before the payer calls it a mismatch. */
export const MAX_REQUEST_ATTEMPTS = 3
/** Files one stream may keep quotes for: more than a download ever asks one peer for, and a bound on memory. */
export const MAX_QUOTED_FILES = 1_024

// Rates (SPEC 03 §8).

/** Messages a payee takes at once: 64 requests with as many payments and cancels, many times over. */
export const MESSAGE_BURST = 4_096
/** Messages a second a payee takes over time: as many chunks would be 2 GB/s, so an honest payer never gets here. */
export const MESSAGES_PER_SECOND = 8_192

// Sizes of a frame (SPEC 03 §3). Anything larger ends the stream before it is buffered.

/** The largest message of a payer, a WANT with voucher, has under 250 bytes. */
export const MAX_PAYER_FRAME_BYTES = 1_024
/** A whole chunk, or a bitfield of as many bytes, with its proof and headers. */
export const MAX_PAYEE_FRAME_BYTES = CHUNK_SIZE_BYTES + 8_192
/** Bytes of a HAVE bitfield: 2^21 chunks, a file of 512 GiB. Larger partial files are told in ranges. */
export const MAX_BITFIELD_BYTES = CHUNK_SIZE_BYTES
/** Ranges in a HAVE: at most 12 bytes each, well inside a frame. */
export const MAX_HAVE_RANGES = 4_096
/** Siblings that prove one chunk: a tree over 2^32 chunks is 32 high. */
export const MAX_PROOF_HASHES = 32
/** Chunks a status lists: all that can be outstanding and the four that may be lost beyond (SPEC 01). */
export const MAX_RECENT_CHUNKS = 68
/** Longest signature: thirteen of 65 bytes for a wallet with many owners, which a payer's frame holds. That of a key has 64. */
export const MAX_SIGNATURE_BYTES = 845
/** Longest code in an ERROR or PAYMENT_REQUIRED. */
export const MAX_CODE_LENGTH = 64
/** Longest time a quote may be said to hold: a day. Also keeps the sum with the clock exact. */
export const MAX_QUOTE_VALIDITY_MS = 86_400_000

// Waits (SPEC 03 §8), milliseconds.

/** For each message of the handshake: a round trip around the world with a busy disk in between. */
export const HELLO_TIMEOUT_MS = 10_000
/** Verified chunks stay uncovered by a voucher for so long at most: several round trips, and little to lose for a payee. */
export const PAY_DELAY_MS = 200
/** For PAY_ACK: one durable write on a busy peer. */
export const PAY_TIMEOUT_MS = 10_000
/** For CLOSE_ACK: the payee has to hand a transaction to its chain. */
export const CLOSE_TIMEOUT_MS = 60_000
/** A peer that takes no bytes for so long is gone, and must not hold chunks in memory. */
export const SEND_TIMEOUT_MS = 30_000
/** A stream on which nothing is asked for so long is ended; opening another costs one round trip. */
export const IDLE_TIMEOUT_MS = 300_000
/** What is left for an ERROR to reach the peer before the stream is torn down. */
export const FAREWELL_TIMEOUT_MS = 1_000
/** Newly held chunks are announced together: a payee that is downloading itself gains many a second. */
export const HAVE_DELAY_MS = 500
