import { Bitfield } from '../domain/bitfield.ts'
import type { FileHash } from '../domain/ids.ts'
import type { HeldCopy } from './held-copy.ts'

/** Every copy this node holds, by file. */
export class HeldCopies {
  readonly #byFile = new Map<FileHash, HeldCopy[]>()

  of(fileHash: FileHash): readonly HeldCopy[] {
    return this.#byFile.get(fileHash) ?? []
  }

  /** Oldest first. */
  all(): HeldCopy[] {
    const copies = [...this.#byFile.values()].flat()
    return copies.sort((a, b) => a.copy.addedAt - b.copy.addedAt || a.copy.id - b.copy.id)
  }

  at(fileHash: FileHash, path: string): HeldCopy | undefined {
    return this.of(fileHash).find((held) => held.copy.path === path)
  }

  /** Whether a download of another file is on its way to `path`. */
  hasOtherDownloadTo(path: string, fileHash: FileHash): boolean {
    const downloads = this.all().filter((held) => held.copy.kind === 'partial' && held.copy.path === path)
    return downloads.some((held) => held.copy.fileHash !== fileHash)
  }

  /** Adds a copy, in place of what was known of the same one. */
  put(held: HeldCopy): void {
    const { fileHash, id } = held.copy
    this.#byFile.set(fileHash, [...this.of(fileHash).filter((other) => other.copy.id !== id), held])
  }

  remove(held: HeldCopy): void {
    const { fileHash, id } = held.copy
    const rest = this.of(fileHash).filter((other) => other.copy.id !== id)
    if (rest.length === 0) this.#byFile.delete(fileHash)
    else this.#byFile.set(fileHash, rest)
  }

  /** The chunks of all copies of a file together; of an unknown file: of length 0. A seeder asks once a request. */
  have(fileHash: FileHash): Bitfield {
    const bitfields = this.of(fileHash).map((held) => held.have)
    const best = bitfields.find((have) => have.complete) ?? bitfields[0]
    if (best === undefined) return new Bitfield(0)
    if (best.complete || bitfields.length === 1) return best
    const union = new Bitfield(best.length, best.toBytes())
    for (const have of bitfields) for (let i = 0; i < have.length; i++) if (have.has(i)) union.add(i)
    return union
  }
}
