export interface PublicationOptions {
  /** Files that are published. */
  readonly most: number
  /** Between two publications. */
  readonly pauseMs: number
  /** After which one is repeated. */
  readonly repeatMs: number
  /** After which one that nobody took is tried again. */
  readonly retryMs: number
}

/** Which of this node's files is to be published when. */
export class Publications<F extends { readonly target: string }> {
  readonly #options: PublicationOptions
  readonly #files = new Map<F['target'], { readonly file: F; readonly dueAt: number }>()
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
    for (const [target, file] of wanted) if (!this.#files.has(target)) this.#files.set(target, { file, dueAt: now })
  }

  /** The file to publish now, the longest due of all; each is told once. */
  next(now: number): F | undefined {
    if (now < this.#nextAt) return undefined
    const due = [...this.#files.values()].filter(({ dueAt }) => dueAt <= now)
    const [first] = due.sort((a, b) => a.dueAt - b.dueAt)
    if (first === undefined) return undefined
    this.#nextAt = now + this.#options.pauseMs
    this.#files.set(first.file.target, { file: first.file, dueAt: now + this.#options.repeatMs })
    return first.file
  }

  /** So many nodes took it. */
  published(target: F['target'], nodes: number, now: number): void {
    const known = this.#files.get(target)
    if (known !== undefined && nodes === 0)
      this.#files.set(target, { file: known.file, dueAt: now + this.#options.retryMs })
  }
}
