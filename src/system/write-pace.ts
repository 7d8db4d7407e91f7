/**
 * What the kernel gets at once on the event loop. For a larger write Linux looks for as much contiguous memory, and on a machine whose memory
 * is in pieces that costs five times the copying (docs/performance.md).
 */
const SLICE_BYTES = 64 * 1024
/**
 * A slice that takes so long found no memory at hand, or a file system that works on it: copying alone takes 0.02 ms. From here on a thread and
 * back, 0.08 ms of the processor, cost the event loop less.
 */
const SLOW_SLICE_MS = 0.08
/** So many in a row are slow before it is believed: one alone was interrupted. */
const SLOW_IN_A_ROW = 3
/** A single slice that takes so long waited for a disk that is behind. The event loop does not miss it, but would miss the next. */
const BEHIND_MS = 10
/** So many bytes after it are written by threads, where waiting holds nothing up; most disks take them in less than a second. Then it is tried anew. */
const BYTES_OFF_LOOP = 16 * 1024 * 1024

/** Tells which writes of a file may be copied into the kernel's memory on the event loop, by how long those before them took. Pure. */
export class WritePace {
  #slowInARow = 0
  #bytesOffLoop = 0

  /** How much of `remaining` bytes to write next, and where. */
  next(remaining: number): { readonly bytes: number; readonly onLoop: boolean } {
    if (this.#bytesOffLoop <= 0) return { bytes: Math.min(SLICE_BYTES, remaining), onLoop: true }
    // One way to a thread and back for all of it: each waits for its turn in the pool.
    this.#bytesOffLoop -= remaining
    return { bytes: remaining, onLoop: false }
  }

  /** @param ms what a write on the event loop took */
  took(ms: number): void {
    this.#slowInARow = ms >= SLOW_SLICE_MS ? this.#slowInARow + 1 : 0
    if (this.#slowInARow < SLOW_IN_A_ROW && ms < BEHIND_MS) return
    this.#slowInARow = 0
    this.#bytesOffLoop = BYTES_OFF_LOOP
  }
}
