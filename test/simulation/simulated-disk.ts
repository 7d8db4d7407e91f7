import type { FileSystem, RandomAccessFile } from '../../src/system/file-system.ts'
import type { MemoryFileSystem } from '../support/memory-file-system.ts'
import type { Life } from './life.ts'

export interface DiskParts {
  readonly life: Life
  /** Survives the life, as far as it was synced. */
  readonly files: MemoryFileSystem
  readonly delayMs: () => number
  /** Something became durable. */
  readonly synced: () => void
}

/** One life's view of a machine's files: operations take a while, and have no effect once the process is gone. */
export function openDisk({ life, files, delayMs, synced }: DiskParts): FileSystem {
  const run = <T>(work: () => Promise<T>): Promise<T> => life.outside(work)
  const slowly = <T>(work: () => Promise<T>): Promise<T> =>
    run(async () => {
      await life.wait(delayMs())
      return work()
    })
  const durably = <T>(work: () => Promise<T>): Promise<T> =>
    slowly(async () => {
      const result = await work()
      synced()
      return result
    })
  const wrap = (file: RandomAccessFile): RandomAccessFile => ({
    read: (buffer, position) => slowly(() => file.read(buffer, position)),
    write: (bytes, position) => slowly(() => file.write(bytes, position)),
    sync: () => durably(() => file.sync()),
    truncate: (sizeBytes) => run(() => file.truncate(sizeBytes)),
    stat: () => run(() => file.stat()),
    close: () => run(() => file.close()),
  })
  return {
    open: async (path, mode) => wrap(await run(() => files.open(path, mode))),
    stat: (path) => run(() => files.stat(path)),
    rename: (from, to, options) => durably(() => files.rename(from, to, options)),
    mkdir: () => run(() => files.mkdir()),
    unlink: (path) => run(() => files.unlink(path)),
    syncDirectory: (path) => durably(() => files.syncDirectory(path)),
  }
}
