/** Rows remembered at once: those of the transfers under way, many times over. The oldest makes room. */
const MAX_ROWS = 1_024

/**
 * Decoded rows of one database, for the few that are read for every chunk. Belongs to its connection: whoever writes a row sets or forgets
 * its entry in the same unit of work, and the database clears all of them when a unit is rolled back. Values are immutable.
 */
export class RowMemo {
  readonly #values = new Map<string, unknown>()

  /** What `load` gives: now, or when it was last called for this name. One name is always one type. */
  recall<T>(name: string, load: () => T): T {
    const known = this.#values.get(name)
    if (known !== undefined) return known as T // set by `recall` or `set` under the same name
    const value = load()
    if (value !== undefined) this.set(name, value)
    return value
  }

  set(name: string, value: unknown): void {
    if (this.#values.size >= MAX_ROWS && !this.#values.has(name)) {
      const [oldest] = this.#values.keys()
      if (oldest !== undefined) this.#values.delete(oldest)
    }
    this.#values.set(name, value)
  }

  forget(name: string): void {
    this.#values.delete(name)
  }

  clear(): void {
    this.#values.clear()
  }
}
