export interface PublicationOptions {
  /** Files that are published. */
  readonly most: number
  /** Between two publications. */
  readonly pauseMs: number
  /** After which one is repeated. */
  readonly repeatMs: number
  /** Fewer nodes than these are too few to keep one: some of them will have left before it is repeated. */
  readonly enough: number
  /** After which one that too few took is tried again; twice as late each time, until it is as late as a repetition. */
  readonly retryMs: number
}

interface Publication<F> {
  readonly file: F
  readonly dueAt: number
  /** How often in a row too few nodes took it. */
  readonly failures: number
}

/** Which of this node's files is to be published when. */
export class Publications<F extends { readonly target: string }> {
  readonly #options: PublicationOptions
  readonly #files = new Map<F['target'], Publication<F>>()
  #nextAt = Number.NEGATIVE_INFINITY

  constructor(options: PublicationOptions) {
    this.#options = options
  }

  get(target: F['target']): F | undefined {
    return this.#files.get(target)?.file
  }

  /** What is served from now on; what was published stays so. */
  set(files: Iterable<F>, now: number): void {
    const wanted = new Map([...files].slice(0, this.#options.most).map((file) => [file.target, file]))
    for (const target of this.#files.keys()) if (!wanted.has(target)) this.#files.delete(target)
    for (const [target, file] of wanted)
      if (!this.#files.has(target)) this.#files.set(target, { file, dueAt: now, failures: 0 })
  }

  /** The file to publish now, the longest due of all; each is told once. */
  next(now: number): F | undefined {
    if (now < this.#nextAt) return undefined
    const due = [...this.#files.values()].filter(({ dueAt }) => dueAt <= now)
    const [first] = due.sort((a, b) => a.dueAt - b.dueAt)
    if (first === undefined) return undefined
    this.#nextAt = now + this.#options.pauseMs
    this.#files.set(first.file.target, { ...first, dueAt: now + this.#options.repeatMs })
    return first.file
  }

  /** So many nodes took it. */
  published(target: F['target'], nodes: number, now: number): void {
    const known = this.#files.get(target)
    if (known === undefined) return
    const { enough, retryMs, repeatMs } = this.#options
    if (nodes >= enough) {
      this.#files.set(target, { ...known, failures: 0 })
      return
    }
    const pauseMs = Math.min(repeatMs, retryMs * 2 ** known.failures)
    this.#files.set(target, { ...known, dueAt: now + pauseMs, failures: known.failures + 1 })
  }
}
