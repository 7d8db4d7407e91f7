/** `promise`, or a rejection with the signal's reason if that comes first. What the promise is of goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const result = new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
  result.catch(() => {}) // the caller may look later, or never
  return result
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
