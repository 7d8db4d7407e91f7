/** Work under way, to be waited for at the end. */
export class WorkSet {
  readonly #onFailure: (error: unknown) => void
  readonly #working = new Set<Promise<void>>()

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  add(work: Promise<void>): void {
    const tracked = work.catch(this.#onFailure).finally(() => this.#working.delete(tracked))
    this.#working.add(tracked)
  }

  /** Resolves when nothing is under way, what is added meanwhile included. */
  async done(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
  }
}
