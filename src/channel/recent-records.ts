/** Records decoded lately: pairs and budgets of the transfers under way, many times over. */
const MAX_RECENT = 256

/**
 * Remembers what texts were decoded to, so that a record which is loaded, stepped and saved for every chunk is parsed once and not at
 * each load. Nothing depends on it: the text is always read from the database, and the same text is the same value. Values are
 * immutable.
 */
export class RecentRecords<T> {
  readonly #values = new Map<string, T>()

  get(key: string, decode: () => T): T {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = decode()
    this.put(key, value)
    return value
  }

  put(key: string, value: T): void {
    if (this.#values.size >= MAX_RECENT) {
      const [oldest] = this.#values.keys()
      if (oldest !== undefined) this.#values.delete(oldest)
    }
    this.#values.set(key, value)
  }
}
