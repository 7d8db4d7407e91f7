import type { Socket } from 'node:net'
import type { Clock } from '../../system/clock.ts'
import type { Callee } from './callee.ts'
import { dial } from './dial.ts'
import type { SeederMetrics } from './metrics.ts'

export interface CallsParts {
  readonly clock: Clock
  readonly metrics: Pick<SeederMetrics, 'callsMade' | 'callsFailed'>
  /** Who was called took the connection. */
  taken(socket: Socket, callee: Callee): void
}

/** Connects to clients where they listen. */
export class Calls {
  readonly #parts: CallsParts
  readonly #stopped = new AbortController()

  constructor(parts: CallsParts) {
    this.#parts = parts
  }

  /**
   * Hands the connection on, if the call is still wanted then. Never rejects.
   *
   * @returns false when there is none
   */
  async call(callee: Callee, isWanted: () => boolean): Promise<boolean> {
    const { clock, metrics, taken } = this.#parts
    const { signal } = this.#stopped
    if (signal.aborted) return false
    metrics.callsMade.inc()
    const socket = await dial(callee, { clock, signal }).catch(() => undefined) // gone: it comes back by itself, or not
    const isTaken = socket !== undefined && !signal.aborted && isWanted()
    if (socket === undefined) metrics.callsFailed.inc()
    else if (isTaken) taken(socket, callee)
    else socket.destroy()
    return isTaken
  }

  /** Calls nobody any more; twice is fine. */
  stop(): void {
    this.#stopped.abort()
  }
}
