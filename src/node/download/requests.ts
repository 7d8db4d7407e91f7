/** What is under way at one source: chunks it was asked for, and chunks that came and are not on the disk yet. */
export class Requests {
  readonly #asked = new Map<number, AbortController>()
  #storing = 0

  /** So many are asked for and have not come. */
  get asked(): number {
    return this.#asked.size
  }

  /** So many came, and are being verified and written. */
  get storing(): number {
    return this.#storing
  }

  /** Of a request that begins. */
  begin(chunkIndex: number): Request {
    const controller = new AbortController()
    this.#asked.set(chunkIndex, controller)
    const answered = (): void => {
      // Only its own: the chunk may be asked for again by now.
      if (this.#asked.get(chunkIndex) === controller) this.#asked.delete(chunkIndex)
    }
    return { signal: controller.signal, answered }
  }

  /** Counts the chunk as being stored until `stored` settles. */
  store<T>(stored: () => Promise<T>): Promise<T> {
    this.#storing++
    return stored().finally(() => this.#storing--)
  }

  cancel(chunkIndex: number): void {
    this.#asked.get(chunkIndex)?.abort()
  }

  cancelAll(): void {
    for (const request of this.#asked.values()) request.abort()
  }
}

export interface Request {
  /** Aborted when nobody wants its chunk any more. */
  readonly signal: AbortSignal
  /** The line is free for the next; saying so twice is fine. */
  answered(): void
}
