import { dirname, resolve } from 'node:path'
import type { FileStat, FileSystem, OpenMode, RandomAccessFile } from '../../src/system/file-system.ts'

export type FileOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'stat'
  | 'rename'
  | 'unlink'
  | 'syncDirectory'

interface Change {
  readonly position: number
  /** `undefined`: a truncation to `position`. */
  readonly bytes: Uint8Array | undefined
}

interface Inode {
  /** What programs see. */
  content: Uint8Array
  /** What a crash leaves. */
  durable: Uint8Array
  /** The difference, in order. */
  unsynced: Change[]
  mtimeNs: bigint
}

interface NameChange {
  readonly folder: string
  readonly apply: (names: Map<string, Inode>) => void
}

/**
 * A file system in memory that is as forgetful as a real one: `crash` loses every write since the file's last `sync` and
 * every name since the folder's last `syncDirectory`, or, by choice, an arbitrary part of them.
 */
export class MemoryFileSystem implements FileSystem {
  /** Called before each operation, which waits for it; throwing makes the operation fail. */
  before: (operation: FileOperation, path: string) => void | Promise<void> = () => {}
  /** Called after each write took effect and before its writer hears of it. */
  written: () => void | Promise<void> = () => {}
  /** Bytes that can still be written before `ENOSPC`. */
  freeBytes = Number.POSITIVE_INFINITY
  /** So many syncs fail as Linux's do: the error is told once, and what was written before is never stored after all. */
  failingSyncs = 0
  #names = new Map<string, Inode>()
  #durableNames = new Map<string, Inode>()
  #nameChanges: NameChange[] = []
  #time = 1_800_000_000_000_000_000n
  /** Handles of before a crash are dead. */
  #epoch = 0

  /** Everything not synced is lost, but the changes for which `keep` says that the disk happened to take them. Tells how many were lost of files that stay. */
  crash(keep: () => boolean = () => false): { readonly lost: number } {
    this.#epoch++
    let lost = 0
    for (const change of this.#nameChanges) {
      // Names are journaled: those kept are a prefix.
      if (!keep()) break
      change.apply(this.#durableNames)
    }
    this.#nameChanges = []
    this.#names = new Map(this.#durableNames)
    for (const inode of this.#names.values()) {
      for (const change of inode.unsynced) {
        if (keep()) inode.durable = changed(inode.durable, change)
        else lost++
      }
      inode.unsynced = []
      inode.content = inode.durable.slice()
    }
    return { lost }
  }

  paths(): string[] {
    return [...this.#names.keys()].sort()
  }

  /** The content at `path` now. */
  contentOf(path: string): Uint8Array {
    return this.#inode(path).content
  }

  /** Another program writes a whole file, durably. */
  put(path: string, content: Uint8Array): void {
    const inode = { content: content.slice(), durable: content.slice(), unsynced: [], mtimeNs: this.#tick() }
    this.#names.set(resolve(path), inode)
    this.#durableNames.set(resolve(path), inode)
  }

  /** Another program removes a file, durably. */
  remove(path: string): void {
    this.#names.delete(resolve(path))
    this.#durableNames.delete(resolve(path))
  }

  async open(path: string, mode: OpenMode): Promise<RandomAccessFile> {
    await this.before('open', path)
    if (mode === 'create') {
      if (this.#names.has(path)) throw failure('EEXIST', path)
      const inode: Inode = { content: new Uint8Array(), durable: new Uint8Array(), unsynced: [], mtimeNs: this.#tick() }
      this.#changeName(path, (names) => names.set(path, inode))
    }
    return this.#handle(path, this.#inode(path))
  }

  async stat(path: string): Promise<FileStat | undefined> {
    await this.before('stat', path)
    const inode = this.#names.get(path)
    return inode === undefined ? undefined : statOf(inode)
  }

  async rename(from: string, to: string, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    await this.before('rename', from)
    const inode = this.#inode(from)
    if (!overwrite && this.#names.has(to)) throw failure('EEXIST', to)
    this.#changeName(from, (names) => {
      names.delete(from)
      names.set(to, inode)
    })
  }

  /** Folders exist by themselves here. */
  async mkdir(): Promise<void> {}

  async unlink(path: string): Promise<void> {
    await this.before('unlink', path)
    this.#inode(path)
    this.#changeName(path, (names) => names.delete(path))
  }

  async syncDirectory(path: string): Promise<void> {
    await this.before('syncDirectory', path)
    for (const change of this.#nameChanges) if (change.folder === path) change.apply(this.#durableNames)
    this.#nameChanges = this.#nameChanges.filter((change) => change.folder !== path)
  }

  #handle(path: string, inode: Inode): RandomAccessFile {
    const epoch = this.#epoch
    let open = true
    const check = async (operation: FileOperation): Promise<void> => {
      await this.before(operation, path)
      if (!open || epoch !== this.#epoch) throw failure('EBADF', path)
    }
    const change = (what: Change): void => {
      inode.content = changed(inode.content, what)
      inode.unsynced.push(what)
      inode.mtimeNs = this.#tick()
    }
    return {
      read: async (buffer, position) => {
        await check('read')
        const part = inode.content.subarray(position, position + buffer.byteLength)
        buffer.set(part)
        return part.byteLength
      },
      write: async (bytes, position) => {
        await check('write')
        if (this.freeBytes < bytes.byteLength) throw failure('ENOSPC', path)
        this.freeBytes -= bytes.byteLength
        change({ position, bytes: bytes.slice() })
        await this.written()
      },
      truncate: async (sizeBytes) => {
        await check('truncate')
        change({ position: sizeBytes, bytes: undefined })
      },
      sync: async () => {
        await check('sync')
        const changes = inode.unsynced
        inode.unsynced = []
        if (this.failingSyncs-- > 0) throw failure('EIO', path)
        this.failingSyncs = 0
        for (const change of changes) inode.durable = changed(inode.durable, change)
      },
      stat: async () => {
        await check('stat')
        return statOf(inode)
      },
      close: async () => {
        open = false
      },
    }
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw failure('ENOENT', path)
    return inode
  }

  #changeName(path: string, apply: (names: Map<string, Inode>) => void): void {
    apply(this.#names)
    this.#nameChanges.push({ folder: dirname(path), apply })
  }

  #tick(): bigint {
    this.#time += 1_000n
    return this.#time
  }
}

function changed(content: Uint8Array, { position, bytes }: Change): Uint8Array {
  const length = bytes === undefined ? position : Math.max(content.byteLength, position + bytes.byteLength)
  let next = content
  if (length !== content.byteLength) {
    next = new Uint8Array(length)
    next.set(content.subarray(0, length))
  }
  if (bytes !== undefined) next.set(bytes, position)
  return next
}

function statOf(inode: Inode): FileStat {
  return { sizeBytes: inode.content.byteLength, mtimeNs: inode.mtimeNs, isFile: true }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
