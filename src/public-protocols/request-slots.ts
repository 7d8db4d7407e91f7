import { ChiralError } from '../domain/errors.ts'

/** So many requests at once; others wait in the order in which they came. */
export class RequestSlots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** Resolves with the function that gives the slot back. @throws ChiralError `CANCELLED` when `signal` aborts first */
  take(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.#waiting.delete(granted)
        reject(new ChiralError('CANCELLED', 'The request was cancelled before it was sent.'))
      }
      const granted = (): void => {
        signal.removeEventListener('abort', aborted)
        resolve(this.#release())
      }
      if (signal.aborted) return aborted()
      if (this.#free > 0) {
        this.#free--
        return granted()
      }
      signal.addEventListener('abort', aborted, { once: true })
      this.#waiting.add(granted)
    })
  }

  #release(): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      const [next] = this.#waiting
      if (next === undefined) this.#free++
      else {
        this.#waiting.delete(next)
        next()
      }
    }
  }
}
