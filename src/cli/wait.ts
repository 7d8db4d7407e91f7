import { setTimeout as sleep } from 'node:timers/promises'

/** The longest a timer can wait: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Resolves when the signal aborts. A pending timer keeps the process alive meanwhile. */
export async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(LONGEST_TIMER_MS, undefined, { signal }).catch(() => undefined)
}
