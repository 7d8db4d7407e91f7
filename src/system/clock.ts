/** Time, passed in everywhere so that tests own it. All durations are milliseconds. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Monotonic milliseconds, for measuring. */
  monotonic(): number
  /** Calls `fn` once after `delayMs`; the returned function cancels it. Never keeps the process alive by itself. */
  schedule(delayMs: number, fn: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, fn) {
    const timer = setTimeout(fn, delayMs)
    if (typeof timer === 'object') timer.unref() // in a browser it is a number, and a page lives on by itself
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`; rejects with the signal's reason when aborted first. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** A signal that aborts after `delayMs` or with `signal`, whichever is first. `done()` frees the timer. */
export function deadline(
  clock: Clock,
  delayMs: number,
  reason: Error,
  signal?: AbortSignal,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  if (signal?.aborted === true) onAbort()
  const cancel = clock.schedule(delayMs, () => controller.abort(reason))
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    done: () => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

/** `promise`, or a rejection with `error()` after `delayMs`. */
export async function within<T>(clock: Clock, delayMs: number, error: () => Error, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = clock.schedule(delayMs, () => late.reject(error()))
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    cancel()
  }
}
