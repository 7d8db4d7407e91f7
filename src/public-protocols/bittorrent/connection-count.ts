import { addressKey } from '../address-key.ts'
import { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } from './limits.ts'

/** Connections that are open, in all and of each address. */
export class ConnectionCount {
  readonly #open = new Map<string, number>()
  #total = 0

  /** Counts one more; `undefined` when there are as many as may be. @returns the function that counts it out, once */
  take(address: string): (() => void) | undefined {
    const key = addressKey(address)
    const count = this.#open.get(key) ?? 0
    if (this.#total >= MAX_CONNECTIONS || count >= MAX_CONNECTIONS_PER_ADDRESS) return undefined
    this.#open.set(key, count + 1)
    this.#total++
    let counted = true
    return () => {
      if (!counted) return
      counted = false
      this.#total--
      const left = (this.#open.get(key) ?? 1) - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    }
  }
}
