import { Bitfield } from '../domain/bitfield.ts'
import type { FileHash } from '../domain/ids.ts'
import type { HeldCopy } from './held-copy.ts'

/** Every copy this node holds, by file. */
export class HeldCopies {
  readonly #byFile = new Map<FileHash, HeldCopy[]>()

  of(fileHash: FileHash): readonly HeldCopy[] {
    return this.#byFile.get(fileHash) ?? []
  }

  /** In no order. */
  *each(): Iterable<HeldCopy> {
    for (const copies of this.#byFile.values()) yield* copies
  }

  /** Oldest first. */
  all(): HeldCopy[] {
    return [...this.each()].sort((a, b) => a.copy.addedAt - b.copy.addedAt || a.copy.id - b.copy.id)
  }

  /** The copy at `path`, else the one whose download went there before it was moved. */
  at(fileHash: FileHash, path: string): HeldCopy | undefined {
    const copies = this.of(fileHash)
    return copies.find(({ copy }) => copy.path === path) ?? copies.find(({ copy }) => copy.downloadedTo === path)
  }

  /** Whether a download of another file is on its way to `path`. */
  hasOtherDownloadTo(path: string, fileHash: FileHash): boolean {
    for (const { copy } of this.each())
      if (copy.kind === 'partial' && copy.path === path && copy.fileHash !== fileHash) return true
    return false
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
