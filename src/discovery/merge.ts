/**
 * Runs `examine` on every item, at most `max` at once, and yields its results as they come, in any order. `undefined` is
 * left out. Ending early (`break`) aborts the signal that `examine` and `items` were given.
 */
export async function* mergeConcurrently<T, R>(
  items: (signal: AbortSignal) => AsyncIterable<T>,
  examine: (item: T, signal: AbortSignal) => Promise<R | undefined>,
  { max, signal }: { readonly max: number; readonly signal: AbortSignal },
): AsyncGenerator<R> {
  const over = new AbortController()
  const given = AbortSignal.any([signal, over.signal])
  const results: R[] = []
  const running = new Set<Promise<void>>()
  let reading = true
  let failure: unknown
  let wake = (): void => undefined

  const reader = (async () => {
    for await (const item of items(given)) {
      if (given.aborted) return
      while (running.size >= max) await Promise.race(running)
      const task = examine(item, given)
        .then((result) => {
          if (result !== undefined) results.push(result)
        })
        .catch((error) => {
          failure ??= error
        })
        .finally(() => {
          running.delete(task)
          wake()
        })
      running.add(task)
    }
  })()
    .catch((error) => {
      failure ??= error
    })
    .finally(() => {
      reading = false
      wake()
    })

  try {
    for (;;) {
      const result = results.shift()
      if (result !== undefined) yield result
      else if (failure !== undefined) throw failure
      else if (!reading && running.size === 0) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    over.abort(new Error('the lookup has ended'))
    await reader
    await Promise.all(running)
  }
}
