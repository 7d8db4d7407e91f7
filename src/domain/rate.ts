/** Slower than this a chunk takes longer than 16 s, and waits on both sides begin to end streams. */
export const LEAST_RATE = 16_384
/** A terabyte a second: beyond any line, and exact in arithmetic. */
export const HIGHEST_RATE = 1_000_000_000_000

/** Is this a limit in bytes a second? 0 is none. */
export function isRate(bytesPerSecond: number): boolean {
  if (bytesPerSecond === 0) return true
  return Number.isInteger(bytesPerSecond) && bytesPerSecond >= LEAST_RATE && bytesPerSecond <= HIGHEST_RATE
}

/** What `isRate` accepts, for people. */
export const RATE_RULE = `0 for no limit, or bytes a second from ${LEAST_RATE} to ${HIGHEST_RATE}`
