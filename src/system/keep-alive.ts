/** setInterval's longest; it never fires in practice. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1

/**
 * Keeps the process running until `work` has settled.
 *
 * The clock's timers do not keep a process alive. Someone who waits on one for another process (a node that is away, a chain that is
 * starting) may have nothing else open, and would end silently in the middle of it.
 */
export async function keepAlive<T>(work: Promise<T>): Promise<T> {
  const handle = setInterval(() => {}, LONGEST_INTERVAL_MS)
  try {
    return await work
  } finally {
    clearInterval(handle)
  }
}
