import type { Socket } from 'node:net'
import type { Clock } from '../../system/clock.ts'
import { dial } from './dial.ts'
import { formatAddress } from './endpoint.ts'
import { CALL_BACK_AFTER_MS, MAX_CALL_BACKS } from './limits.ts'
import type { Callee } from './seeder-session.ts'

export interface CallBackParts {
  readonly clock: Clock
  /** It came back by itself. */
  isHere(callee: Callee): boolean
  /** Who was called took the connection. */
  answered(socket: Socket, callee: Callee): void
}

/** Connects to clients that fell silent, each once for a silence and when they have noticed it themselves. */
export class CallBacks {
  readonly #parts: CallBackParts
  readonly #waiting = new Map<string, () => void>()
  readonly #stopped = new AbortController()

  constructor(parts: CallBackParts) {
    this.#parts = parts
  }

  /** Calls it later, unless it is to be called already, or too many are. */
  add(callee: Callee): void {
    const key = formatAddress(callee.host, callee.port)
    if (this.#stopped.signal.aborted || this.#waiting.has(key) || this.#waiting.size >= MAX_CALL_BACKS) return
    const cancel = this.#parts.clock.schedule(CALL_BACK_AFTER_MS, () => {
      this.#waiting.delete(key)
      void this.#call(callee)
    })
    this.#waiting.set(key, cancel)
  }

  /** Forgets them; twice is fine. */
  stop(): void {
    this.#stopped.abort()
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  async #call(callee: Callee): Promise<void> {
    const { clock, isHere, answered } = this.#parts
    // SPEC 14 §5: "It MUST NOT call ports below 1,024, one of ours, or a client that came back"
    if (isHere(callee)) return
    const { signal } = this.#stopped
    const socket = await dial(callee, { clock, signal }).catch(() => undefined) // gone: it comes back by itself, or not
    if (socket === undefined) return
    if (signal.aborted || isHere(callee)) socket.destroy()
    else answered(socket, callee)
  }
}
