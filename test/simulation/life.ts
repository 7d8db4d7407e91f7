import type { Clock } from '../../src/system/clock.ts'
import type { Scheduler } from './scheduler.ts'

/**
 * One run of a program on a machine, from its start to its crash. After that nothing it does has any effect: its timers do not
 * fire, and what it waits for never comes, as for a process that was killed.
 */
export class Life {
  readonly clock: Clock
  readonly #scheduler: Scheduler
  #alive = true
  readonly #onEnd: (() => void)[] = []

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
    this.clock = {
      now: () => scheduler.now,
      monotonic: () => scheduler.elapsed,
      schedule: (delayMs, fn) => this.after(delayMs, fn),
    }
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Calls `fn` after `delayMs`, if this life lasts so long. */
  after(delayMs: number, fn: () => void): () => void {
    return this.#scheduler.after(delayMs, () => {
      if (this.#alive) fn()
    })
  }

  /** Resolves after `delayMs`; never, once dead. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /** `work` as the outside world does it: its outcome is not heard of after the end. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#alive) return never()
    try {
      const result = await work()
      return this.#alive ? result : await never()
    } catch (error) {
      if (!this.#alive) return never()
      throw error
    }
  }

  onEnd(fn: () => void): void {
    this.#onEnd.push(fn)
  }

  end(): void {
    if (!this.#alive) return
    this.#alive = false
    for (const fn of this.#onEnd.splice(0)) fn()
  }
}

export function never<T>(): Promise<T> {
  return new Promise(() => {})
}
