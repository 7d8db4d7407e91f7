import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'

/** Limits that both in-band protocols have: docs/specs/03-chunk-exchange.md §3 and §8, docs/specs/07-session.md §3 and §9. */

// Counts of a stream.

/** Chunks a payee holds in memory for one stream, so that 64 requests of a slow reader cost 4 MiB and not 16. */
export const MAX_CHUNKS_IN_MEMORY = 16
/**
 * More are begun when no more than this part of them is left to leave: those that begin together are counted in one durable write, which is
 * done, and they are read, by the time the rest has left.
 */
export const BEGUN_AGAIN_AT = 1 / 2
/** Refusals in a row that end a stream: two retries for each of 64 requests stay below it, asking for ever does not. */
export const MAX_REFUSALS_IN_A_ROW = 256

/** A batch is paid for when it takes so large a part of the credit: while its voucher is written down, sent and written down again, the rest keeps a line busy. */
export const BATCHES_PER_CREDIT = 4n
/** Credit for fewer chunks than this is no room for batches: a quarter of it would leave a line idle, so each chunk is paid for itself. */
export const MIN_BATCH_CHUNKS = 8n

/** Questions other than for chunks that a payer may have unanswered. */
export const MAX_QUESTIONS = 64
/** Write-offs that a payer asks for when it joins: half of the questions, which leaves room for its payments. */
export const MAX_DUPLICATES = 32

// Rates.

/** Messages a payee takes at once: 64 requests with as many payments and cancels, many times over. */
export const MESSAGE_BURST = 4_096
/** Messages a second a payee takes over time: as many chunks would be 2 GB/s, so an honest payer never gets here. */
export const MESSAGES_PER_SECOND = 8_192
/** A quote may walk a bitfield of 2^21 chunks, so asking for one counts as so many messages. */
export const QUOTE_COST_MESSAGES = 64

// Values.

/** Bytes of a bitfield: 2^21 chunks, a file of 512 GiB. Larger partial files are told in ranges. */
export const MAX_BITFIELD_BYTES = CHUNK_SIZE_BYTES
/** Ranges of a set: at most 12 bytes each, well inside a frame. */
export const MAX_HAVE_RANGES = 4_096
/** Siblings that prove one chunk: a tree over 2^32 chunks is 32 high. */
export const MAX_PROOF_HASHES = 32
/** Chunks a status lists: all that can be outstanding and the four that may be lost beyond (SPEC 01). */
export const MAX_RECENT_CHUNKS = 68
/** Longest signature: thirteen of 65 bytes for a wallet with many owners, which a payer's frame holds. That of a key has 64. */
export const MAX_SIGNATURE_BYTES = 845
/** Longest code in an error or a refusal. */
export const MAX_CODE_LENGTH = 64
/** Longest time a quote may be said to hold: a day. Also keeps the sum with the clock exact. */
export const MAX_QUOTE_VALIDITY_MS = 86_400_000
/** How far a signed quote may end before its validity says on our clock: as far as the clocks of signed offers may differ. */
export const MAX_QUOTE_SKEW_MS = 5 * 60_000

// Waits, milliseconds.

/** For each message of the handshake: a round trip around the world with a busy disk in between. */
export const HELLO_TIMEOUT_MS = 10_000
/** Verified chunks stay uncovered by a voucher for so long at most: several round trips, and little to lose for a payee. */
export const PAY_DELAY_MS = 200
/** For the answer to a payment: one durable write on a busy peer. */
export const PAY_TIMEOUT_MS = 10_000
/** For the answer to a close of the channel: the payee has to hand a transaction to its chain. */
export const CLOSE_TIMEOUT_MS = 60_000
/** A peer that takes no bytes for so long is gone, and must not hold chunks in memory. */
export const SEND_TIMEOUT_MS = 30_000
/** A stream on which nothing is asked for so long is ended; opening another costs one round trip. */
export const IDLE_TIMEOUT_MS = 300_000
/** What is left for an error to reach the peer before the stream is torn down. */
export const FAREWELL_TIMEOUT_MS = 1_000
