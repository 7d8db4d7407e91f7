import { Bitfield } from '../domain/bitfield.ts'
import { chunkCount } from '../domain/chunk.ts'
import type { FileStat } from '../system/file-system.ts'
import type { StoredCopy } from './catalog.ts'
import { partPathOf } from './part-file.ts'

/** A stored copy as the running node knows it: what the database says, kept in memory, changed only after a commit. */
export class HeldCopy {
  #copy: StoredCopy
  have: Bitfield
  #moving: Promise<unknown> | undefined

  constructor(copy: StoredCopy, have: Bitfield) {
    this.#copy = copy
    this.have = have
  }

  /** A copy that is the whole file. */
  static whole(copy: StoredCopy): HeldCopy {
    return new HeldCopy(copy, Bitfield.full(chunkCount(copy.sizeBytes)))
  }

  get copy(): StoredCopy {
    return this.#copy
  }

  /** Where its bytes are now. */
  get path(): string {
    return this.#copy.kind === 'partial' ? partPathOf(this.#copy.path, this.#copy.fileHash) : this.#copy.path
  }

  /** Resolves when the file is not between two names. */
  async still(): Promise<void> {
    await this.#moving
  }

  /** Changes the file's name by `work`, which resolves with what the copy is from then on. */
  async move(work: () => Promise<StoredCopy>): Promise<void> {
    // Marked before the work begins, so that no reader looks for the old name meanwhile.
    const moved = Promise.resolve().then(work)
    this.#moving = moved.catch(() => {})
    try {
      this.#copy = await moved
    } finally {
      this.#moving = undefined
    }
  }
}

/** Whether the file still has the size and time it had when its content was known. */
export function isUnchanged(copy: Pick<StoredCopy, 'sizeBytes' | 'mtimeNs'>, stat: FileStat): boolean {
  return stat.isFile && stat.sizeBytes === copy.sizeBytes && stat.mtimeNs === copy.mtimeNs
}
