import type { FileSystem, RandomAccessFile } from '../system/file-system.ts'

/** Open files a busy seeder keeps: far below the usual limit of 1,024 descriptors a process. */
const MAX_OPEN_FILES = 64

interface Entry {
  readonly file: Promise<RandomAccessFile>
  users: number
  /** Closed by its last user. */
  dropped: boolean
}

/** Keeps files open for reading, the least recently used closed first; one in use is never closed. */
export class OpenFiles {
  readonly #fileSystem: FileSystem
  /** By path; a Map keeps insertion order, and use re-inserts. */
  readonly #entries = new Map<string, Entry>()

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem
  }

  /** Runs `work` on the file at `path`. Errors of opening and of `work` pass. */
  async use<T>(path: string, work: (file: RandomAccessFile) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(path) ?? { file: this.#fileSystem.open(path, 'read'), users: 0, dropped: false }
    this.#entries.delete(path)
    this.#entries.set(path, entry)
    entry.users++
    try {
      return await work(await entry.file)
    } catch (error) {
      this.drop(path)
      throw error
    } finally {
      entry.users--
      if (entry.dropped) closeUnused(entry)
      else this.#evict()
    }
  }

  /** Forgets the open file at `path`: it was moved, removed or changed. */
  drop(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    entry.dropped = true
    closeUnused(entry)
  }

  close(): void {
    for (const path of [...this.#entries.keys()]) this.drop(path)
  }

  #evict(): void {
    for (const [path, entry] of this.#entries) {
      if (this.#entries.size <= MAX_OPEN_FILES) return
      if (entry.users === 0) this.drop(path)
    }
  }
}

/** A file that did not open has nothing to close, and a failing close of a file only read loses nothing. */
function closeUnused(entry: Entry): void {
  if (entry.users === 0) entry.file.then((file) => file.close()).catch(() => {})
}
