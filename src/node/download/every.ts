import { type Clock, delay } from '../../system/clock.ts'

/** Does something again and again, and once more when `signal` aborts. Resolves then. */
export async function every(clock: Clock, ms: number, signal: AbortSignal, work: () => void): Promise<void> {
  while (!signal.aborted) {
    await delay(clock, ms, signal).catch(() => {})
    work()
  }
}
