import type { KadId } from './kad-id.ts'
import { MAX_PUBLISHED_FILES, PUBLISH_PAUSE_MS, PUBLISH_RETRY_MS, REPUBLISH_MS } from './limits.ts'

/** A file this node serves over ed2k. */
export interface OwnFile {
  /** Its ed2k hash. */
  readonly target: KadId
  readonly sizeBytes: number
}

/** Which of this node's files is to be published when. */
export class Publications {
  readonly #files = new Map<KadId, OwnFile & { readonly dueAt: number }>()
  #nextAt = Number.NEGATIVE_INFINITY

  get(target: KadId): OwnFile | undefined {
    return this.#files.get(target)
  }

  /** What is served from now on; what was published stays so. */
  set(files: Iterable<OwnFile>, now: number): void {
    const wanted = new Map([...files].slice(0, MAX_PUBLISHED_FILES).map((file) => [file.target, file]))
    for (const target of this.#files.keys()) if (!wanted.has(target)) this.#files.delete(target)
    for (const [target, file] of wanted) if (!this.#files.has(target)) this.#files.set(target, { ...file, dueAt: now })
  }

  /** The file to publish now, the longest due of all; each is told once. */
  next(now: number): OwnFile | undefined {
    if (now < this.#nextAt) return undefined
    const due = [...this.#files.values()].filter(({ dueAt }) => dueAt <= now)
    const [first] = due.sort((a, b) => a.dueAt - b.dueAt)
    if (first === undefined) return undefined
    this.#nextAt = now + PUBLISH_PAUSE_MS
    this.#files.set(first.target, { ...first, dueAt: now + REPUBLISH_MS })
    return first
  }

  /** So many nodes took it. */
  published(target: KadId, nodes: number, now: number): void {
    const file = this.#files.get(target)
    if (file !== undefined && nodes === 0) this.#files.set(target, { ...file, dueAt: now + PUBLISH_RETRY_MS })
  }
}
