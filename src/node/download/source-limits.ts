/** Tries to reach a seeder again, one after another, before it is given up for this download. */
export const MAX_RECONNECTS = 3
/** How long a source that may not be paid ahead yet waits for others to deliver something. */
export const PREPAYMENT_RETRY_MS = 500
/** Chunks of one source that are being verified and written: 16 MiB in memory for a disk that is slower than the line. */
export const MAX_STORING = 64
