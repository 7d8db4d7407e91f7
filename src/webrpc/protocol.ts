import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'

/**
 * The libp2p protocol id; the last part is the version and rises with any incompatible change. docs/specs/07-session.md.
 * Limits that both in-band protocols have stand in src/in-band/limits.ts.
 */
export const WEBRPC_PROTOCOL = '/chiral/webrpc/1'

// Counts of a session (SPEC 07 §3).

/** Chunks a payer may have asked for and not been answered: 1 GiB, enough to keep any link busy, and few ranges to remember. */
export const MAX_OUTSTANDING_CHUNKS = 4_096
/** Requests for chunks that may have chunks unanswered: one for each chunk of a full window of the slowest payer. */
export const MAX_CHUNK_REQUESTS = 256
/** Ranges in one message: at most 14 bytes each, so that they fit a payer's frame. */
export const MAX_RANGES_PER_REQUEST = 256
/** Files one message may ask about; a session may use more. */
export const MAX_FILES_PER_REQUEST = 64
/** The largest window a payer may name: 64 MiB that it is ready to hold. */
export const MAX_WINDOW_CHUNKS = 256
/** Window of our own payers: 16 MiB fill a 100 MB/s link with 160 ms of delay. */
export const WINDOW_CHUNKS = 64
/** The window is given back in steps of so many chunks, a quarter of it: one small frame for each 4 MiB. */
export const GRANT_STEP_CHUNKS = WINDOW_CHUNKS / 4
/** Sessions of one payer at once: each device of a household one, and a few that broke and are not known to have. */
export const MAX_SESSIONS_PER_PAYER = 16
/** Sessions of a payee at once: with 16 chunks in memory each they take at most 4 GiB, and only from those that read slowly. */
export const MAX_SESSIONS = 1_024
/** A payee that asks for a payment so often and sends nothing has books that no payment sets right. */
export const MAX_DUES_IN_A_ROW = 8

// Sizes (SPEC 07 §3). A frame beyond its limit ends the stream before it is buffered.

/** A SESSION_REQUEST with 64 files and the longest proof, or a CHUNK_REQUEST with 256 ranges. */
export const MAX_PAYER_FRAME_BYTES = 4_096
/** A whole chunk, or bitfields of as many bytes, with its proof and headers. */
export const MAX_PAYEE_FRAME_BYTES = CHUNK_SIZE_BYTES + 16_384
/** Bytes of a session's id: nobody guesses one. */
export const SESSION_ID_BYTES = 16
