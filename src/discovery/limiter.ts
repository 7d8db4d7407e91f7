/** Runs at most `max` tasks at once, in the order they came. */
export function createLimiter(max: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await task()
    } finally {
      // the place is handed over, not freed and taken again: nobody can slip in between
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
