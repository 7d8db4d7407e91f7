import type { Clock } from '../../system/clock.ts'
import type { Callee } from './callee.ts'
import { formatAddress } from './endpoint.ts'
import { CALL_BACK_AFTER_MS, MAX_CALL_BACKS } from './limits.ts'

export interface CallBackParts {
  readonly clock: Clock
  /** The time has come. */
  call(callee: Callee): void
}

/** Clients that fell silent, each to be called once for a silence and when they have noticed it themselves. */
export class CallBacks {
  readonly #parts: CallBackParts
  readonly #waiting = new Map<string, () => void>()
  #isStopped = false

  constructor(parts: CallBackParts) {
    this.#parts = parts
  }

  /** Calls it later, unless it is to be called already, or too many are. */
  add(callee: Callee): void {
    const key = formatAddress(callee.host, callee.port)
    if (this.#isStopped || this.#waiting.has(key) || this.#waiting.size >= MAX_CALL_BACKS) return
    const cancel = this.#parts.clock.schedule(CALL_BACK_AFTER_MS, () => {
      this.#waiting.delete(key)
      this.#parts.call(callee)
    })
    this.#waiting.set(key, cancel)
  }

  /** Forgets them; twice is fine. */
  stop(): void {
    this.#isStopped = true
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }
}
