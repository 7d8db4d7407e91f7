/** Several jobs at once, as many as the cores bear; which one starts next is a decision without I/O. */

export type Job = {
  /** Roughly. */
  readonly minutes: number
  /** How many cores it keeps busy; default: 1. */
  readonly cores?: number
  /** What it has for itself: another job that holds the same waits. */
  readonly holds?: string
}

/**
 * Of those that may start now, the one that takes the most cores, and of these the longest: what is long and begins late runs alone at the end,
 * and what takes all cores would wait until then. A job that takes more cores than there are starts when nothing else runs.
 *
 * @returns `undefined` when nothing waits that may start
 */
export function nextToStart<J extends Job>(waiting: readonly J[], running: readonly J[], cores: number): J | undefined {
  const free = cores - running.reduce((sum, job) => sum + coresOf(job), 0)
  const isHeld = ({ holds }: J): boolean => holds !== undefined && running.some((other) => other.holds === holds)
  return waiting
    .filter((job) => (running.length === 0 || coresOf(job) <= free) && !isHeld(job))
    .toSorted((one, other) => coresOf(other) - coresOf(one) || other.minutes - one.minutes)
    .at(0)
}

/** Runs all of them and resolves to their results, in the order of `jobs`. Rejects as soon as one does, and starts no other. */
export async function runInLanes<J extends Job, Result>(
  jobs: readonly J[],
  cores: number,
  run: (job: J) => Promise<Result>,
): Promise<Result[]> {
  const waiting = new Set(jobs)
  const running = new Map<J, Promise<J>>()
  const results: Result[] = []
  while (waiting.size > 0 || running.size > 0) {
    for (let job = next(); job; job = next()) start(job)
    running.delete(await Promise.race(running.values()))
  }
  return results

  function next(): J | undefined {
    return nextToStart([...waiting], [...running.keys()], cores)
  }

  function start(job: J): void {
    waiting.delete(job)
    const ended = run(job).then((result) => {
      results[jobs.indexOf(job)] = result
      return job
    })
    running.set(job, ended)
  }
}

function coresOf({ cores = 1 }: Job): number {
  return cores
}
