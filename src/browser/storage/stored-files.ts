import type { Clock } from '../../system/clock.ts'
import type { FileStat, FileSystem, RandomAccessFile } from '../../system/file-system.ts'
import type { BrowserStorage } from './storage.ts'

/** Chromium keeps a value of 64 KiB or more in a file of its own, which would be one a chunk: an eighth of a chunk stays beside the books. */
const BLOCK_BYTES = 32 * 1024
/** What is read at once for a file as a whole: 4 MiB. */
const BLOCKS_PER_READ = 128
const NANOSECONDS_PER_MILLISECOND = 1_000_000n

interface StoredFile {
  readonly id: number
  readonly sizeBytes: number
  readonly mtimeNs: bigint
}

interface OpenFile {
  readonly id: number
  path: string
  sizeBytes: number
  mtimeNs: bigint
  /** Written, and not stored yet. */
  readonly pending: Map<number, Uint8Array>
}

/** Files of a page, and a finished one as the browser has files. */
export interface StoredFiles extends FileSystem {
  /** @throws with the code `ENOENT` */
  blob(path: string): Promise<Blob>
}

/** Folders are only part of a name here, and every change of a name is durable at once. */
export async function openStoredFiles(storage: BrowserStorage, clock: Clock): Promise<StoredFiles> {
  const [paths, records] = await Promise.all([
    storage.read('files', (store) => store.getAllKeys()),
    storage.read<StoredFile[]>('files', (store) => store.getAll()),
  ])
  const files = new Map<string, OpenFile>()
  for (const [i, record] of records.entries()) {
    const path = String(paths[i])
    files.set(path, { ...record, path, pending: new Map() })
  }
  let lastId = records.reduce((highest, { id }) => Math.max(highest, id), 0)
  const now = (): bigint => BigInt(clock.now()) * NANOSECONDS_PER_MILLISECOND

  function existing(path: string): OpenFile {
    const file = files.get(path)
    if (file === undefined) throw systemError('ENOENT', `there is no file ${path}`)
    return file
  }

  async function remove(file: OpenFile): Promise<void> {
    await storage.write(['files', 'blocks'], (store) => {
      store('files').delete(file.path)
      store('blocks').delete(blocksOf(file.id))
    })
    files.delete(file.path)
  }

  return {
    async open(path, mode) {
      if (mode !== 'create') return new BlockFile(storage, existing(path), now)
      if (files.has(path)) throw systemError('EEXIST', `${path} exists`)
      const file = { id: ++lastId, path, sizeBytes: 0, mtimeNs: now(), pending: new Map() }
      files.set(path, file)
      await storage.write(['files'], (store) => void store('files').put(recordOf(file), path))
      return new BlockFile(storage, file, now)
    },
    async stat(path) {
      const file = files.get(path)
      return file && statOf(file)
    },
    async rename(from, to, { overwrite }) {
      const file = existing(from)
      const replaced = files.get(to)
      if (replaced !== undefined && !overwrite) throw systemError('EEXIST', `${to} exists`)
      await storage.write(['files', 'blocks'], (store) => {
        if (replaced !== undefined) store('blocks').delete(blocksOf(replaced.id))
        store('files').delete(from)
        store('files').put(recordOf(file), to)
      })
      files.delete(from)
      files.set(to, file)
      file.path = to
    },
    async mkdir() {},
    async unlink(path) {
      await remove(existing(path))
    },
    async syncDirectory() {},
    async blob(path) {
      const { sizeBytes, id } = existing(path)
      const parts: Uint8Array<ArrayBuffer>[] = []
      for (let first = 0; first * BLOCK_BYTES < sizeBytes; first += BLOCKS_PER_READ) {
        const range = IDBKeyRange.bound([id, first], [id, first + BLOCKS_PER_READ], false, true)
        parts.push(...(await storage.read<Uint8Array<ArrayBuffer>[]>('blocks', (store) => store.getAll(range))))
      }
      return new Blob(parts)
    },
  }
}

class BlockFile implements RandomAccessFile {
  readonly #storage: BrowserStorage
  readonly #file: OpenFile
  readonly #now: () => bigint

  constructor(storage: BrowserStorage, file: OpenFile, now: () => bigint) {
    this.#storage = storage
    this.#file = file
    this.#now = now
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const length = Math.max(0, Math.min(buffer.byteLength, this.#file.sizeBytes - position))
    for (let done = 0; done < length; ) {
      const { block, start, count } = spanAt(position + done, length - done)
      const bytes = await this.#block(block)
      const held = bytes?.subarray(start, start + count) ?? new Uint8Array(0)
      buffer.set(held, done)
      buffer.fill(0, done + held.byteLength, done + count)
      done += count
    }
    return length
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const { block, start, count } = spanAt(position + done, bytes.byteLength - done)
      const before = start === 0 && count === BLOCK_BYTES ? undefined : await this.#block(block)
      const next = new Uint8Array(Math.max(before?.byteLength ?? 0, start + count))
      if (before !== undefined) next.set(before)
      next.set(bytes.subarray(done, done + count), start)
      this.#file.pending.set(block, next)
      done += count
    }
    this.#file.sizeBytes = Math.max(this.#file.sizeBytes, position + bytes.byteLength)
    this.#file.mtimeNs = this.#now()
  }

  async sync(): Promise<void> {
    const file = this.#file
    const written = new Map(file.pending)
    try {
      await this.#storage.write(['files', 'blocks'], (store) => {
        for (const [block, bytes] of written) store('blocks').put(bytes, [file.id, block])
        store('files').put(recordOf(file), file.path)
      })
    } finally {
      // Also those that could not be stored: after a failure they are written again before they count.
      for (const [block, bytes] of written) if (file.pending.get(block) === bytes) file.pending.delete(block)
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    const file = this.#file
    const last = Math.ceil(sizeBytes / BLOCK_BYTES)
    for (const block of [...file.pending.keys()]) if (block >= last) file.pending.delete(block)
    if (sizeBytes < file.sizeBytes)
      await this.#storage.write(['blocks'], (store) => {
        store('blocks').delete(IDBKeyRange.bound([file.id, last], [file.id, []]))
      })
    file.sizeBytes = sizeBytes
    file.mtimeNs = this.#now()
  }

  async stat(): Promise<FileStat> {
    return statOf(this.#file)
  }

  async close(): Promise<void> {}

  async #block(block: number): Promise<Uint8Array | undefined> {
    return (
      this.#file.pending.get(block) ??
      (await this.#storage.read<Uint8Array | undefined>('blocks', (store) => store.get([this.#file.id, block])))
    )
  }
}

function recordOf({ id, sizeBytes, mtimeNs }: OpenFile): StoredFile {
  return { id, sizeBytes, mtimeNs }
}

function statOf({ sizeBytes, mtimeNs }: OpenFile): FileStat {
  return { sizeBytes, mtimeNs, isFile: true }
}

/** In the order of keys an array is above every number. */
function blocksOf(id: number): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []])
}

/** The part of `length` bytes from `position` on that lies within one block. */
function spanAt(position: number, length: number): { block: number; start: number; count: number } {
  const start = position % BLOCK_BYTES
  return { block: Math.floor(position / BLOCK_BYTES), start, count: Math.min(length, BLOCK_BYTES - start) }
}

/** As the file system of a machine says it. */
function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
