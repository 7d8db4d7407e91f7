import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'

/**
 * The libp2p protocol id; the last part is the version and rises with any incompatible change. docs/specs/03-chunk-exchange.md.
 * Limits that both in-band protocols have stand in src/in-band/limits.ts.
 */
export const BITSWAP_PROTOCOL = '/chiral/bitswap/1'

// Counts of a session (SPEC 03 §3).

/** Requests a payer may have unanswered: 16 MiB of chunks fill a 100 MB/s link with 160 ms of delay, and bound what a payee queues. */
export const MAX_OUTSTANDING_REQUESTS = 64
/** A refused request whose books merely lagged is asked again so often before the payer calls it a mismatch. */
export const MAX_REQUEST_ATTEMPTS = 3
/** Files one stream may keep quotes for: more than a download ever asks one peer for, and a bound on memory. */
export const MAX_QUOTED_FILES = 1_024

// Sizes of a frame (SPEC 03 §3). Anything larger ends the stream before it is buffered.

/** The largest message of a payer, a WANT with voucher, has under 250 bytes. */
export const MAX_PAYER_FRAME_BYTES = 1_024
/** A whole chunk, or a bitfield of as many bytes, with its proof and headers. */
export const MAX_PAYEE_FRAME_BYTES = CHUNK_SIZE_BYTES + 8_192

/** Newly held chunks are announced together: a payee that is downloading itself gains many a second. */
export const HAVE_DELAY_MS = 500
