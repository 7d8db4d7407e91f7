import { statSync, writeSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { codeOf } from '../domain/errors.ts'
import { WritePace } from './write-pace.ts'

export interface FileStat {
  readonly sizeBytes: number
  /** Nanoseconds since 1970: fine enough that two edits of the same length are seldom taken for one. */
  readonly mtimeNs: bigint
  readonly isFile: boolean
}

/** Errors of all methods are the platform's own, with its `code` (`ENOENT`, `ENOSPC`, …). */
export interface RandomAccessFile {
  /** Fills `buffer` from byte `position` on; resolves with the bytes read, fewer only at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>
  /** Writes all of `bytes`. They may be lost by a crash until `sync` resolves. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Makes all earlier writes and truncations durable (fdatasync). */
  sync(): Promise<void>
  /** Cuts, or grows with a hole that takes no space. */
  truncate(sizeBytes: number): Promise<void>
  stat(): Promise<FileStat>
  close(): Promise<void>
}

/** `create` fails with `EEXIST` when the path exists, even as a link to nowhere. */
export type OpenMode = 'read' | 'update' | 'create'

export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<RandomAccessFile>
  /** `undefined` when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>
  /** Durable only after `syncDirectory`. Without `overwrite` an existing `to` fails with `EEXIST`. */
  rename(from: string, to: string, options: { readonly overwrite: boolean }): Promise<void>
  /** Creates the folder and its missing parents, durably; nothing happens when it exists. */
  mkdir(path: string): Promise<void>
  /** Durable only after `syncDirectory`. */
  unlink(path: string): Promise<void>
  /** Makes created, renamed and removed names in the folder durable. */
  syncDirectory(path: string): Promise<void>
}

const OPEN_FLAGS: Readonly<Record<OpenMode, string>> = { read: 'r', update: 'r+', create: 'wx+' }
/** File systems without hard links (FAT, some network mounts) answer `link` with one of these. */
const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])
/** Windows cannot open a folder to sync it, and some mounts refuse; there the file system orders names itself. */
const NO_DIRECTORY_SYNC: ReadonlySet<string | undefined> = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'])

/** @param monotonicMs tells which writes are slow */
export function createFileSystem(monotonicMs: () => number): FileSystem {
  return {
    async open(path, mode) {
      return new NodeFile(await open(path, OPEN_FLAGS[mode]), monotonicMs)
    },

    async stat(path) {
      try {
        // A look at the kernel's cache: microseconds, where a thread and back take a hundred times as long, for each chunk served.
        return toFileStat(statSync(path, { bigint: true }))
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
        throw error
      }
    },

    async rename(from, to, { overwrite }) {
      if (overwrite) return rename(from, to)
      // rename(2) replaces silently and a check before it races; link(2) refuses an existing name in one step.
      try {
        await link(from, to)
      } catch (error) {
        if (!NO_HARD_LINKS.has(codeOf(error))) throw error
        const placeholder = await open(to, 'wx')
        await placeholder.close()
        return rename(from, to)
      }
      await unlink(from)
    },

    async mkdir(path) {
      const first = await mkdir(path, { recursive: true })
      if (first === undefined) return
      for (let folder = resolve(path); ; folder = dirname(folder)) {
        await this.syncDirectory(dirname(folder))
        if (folder === resolve(first)) return
      }
    },

    unlink,

    async syncDirectory(path) {
      try {
        const handle = await open(path, 'r')
        try {
          await handle.sync()
        } finally {
          await handle.close()
        }
      } catch (error) {
        if (!NO_DIRECTORY_SYNC.has(codeOf(error))) throw error
      }
    },
  }
}

export const systemFileSystem = createFileSystem(() => performance.now())

class NodeFile implements RandomAccessFile {
  readonly #handle: FileHandle
  readonly #monotonicMs: () => number
  readonly #pace = new WritePace()

  constructor(handle: FileHandle, monotonicMs: () => number) {
    this.#handle = handle
    this.#monotonicMs = monotonicMs
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    let filled = 0
    while (filled < buffer.byteLength) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.byteLength - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let written = 0
    while (written < bytes.byteLength) {
      const { bytes: length, onLoop } = this.#pace.next(bytes.byteLength - written)
      if (onLoop) written += this.#copy(bytes, written, length, position + written)
      else written += (await this.#handle.write(bytes, written, length, position + written)).bytesWritten
    }
  }

  sync(): Promise<void> {
    return this.#handle.datasync()
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#handle.truncate(sizeBytes)
  }

  async stat(): Promise<FileStat> {
    return toFileStat(await this.#handle.stat({ bigint: true }))
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** Into the kernel's memory, on the event loop. */
  #copy(bytes: Uint8Array, offset: number, length: number, position: number): number {
    const startedAt = this.#monotonicMs()
    const written = writeSync(this.#handle.fd, bytes, offset, length, position)
    this.#pace.took(this.#monotonicMs() - startedAt)
    return written
  }
}

function toFileStat(stats: { size: bigint; mtimeNs: bigint; isFile(): boolean }): FileStat {
  return { sizeBytes: Number(stats.size), mtimeNs: stats.mtimeNs, isFile: stats.isFile() }
}
