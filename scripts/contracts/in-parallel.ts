/** Two, since the smallest machines we mean to serve have two cores and each of these processes uses one. */
export const WORKERS = 2

/** Does the work for each item, as many at a time as there are workers; the results stand in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number, worker: number) => Promise<Result>,
): Promise<Result[]> {
  const waiting = [...items.entries()]
  const results: Result[] = []
  const run = async (worker: number): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, item] = next
      results[index] = await work(item, index, worker)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => run(worker)))
  return results
}
