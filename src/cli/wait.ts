import { setTimeout as sleep } from 'node:timers/promises'

/** The longest a timer can wait: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Resolves when the signal aborts. A pending timer keeps the process alive meanwhile. */
export async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(LONGEST_TIMER_MS, undefined, { signal }).catch(() => undefined)
}

/** Resolves when the signal aborts or the work has ended, whichever comes first; afterwards nothing keeps the process alive. */
export async function endedOrAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const ended = new AbortController()
  try {
    await Promise.race([work, aborted(AbortSignal.any([signal, ended.signal]))])
  } finally {
    ended.abort()
  }
}
