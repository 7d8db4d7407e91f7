import { dirname } from 'node:path'
import { codeOf } from '../domain/errors.ts'
import type { FileSystem } from '../system/file-system.ts'
import { ioError } from './errors.ts'

/** Removes a file for good; one that is gone already is fine. @throws ChiralError `PATH_DENIED`, `IO_FAILED` */
export async function removeFile(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.unlink(path)
    await fileSystem.syncDirectory(dirname(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw ioError(error, path)
  }
}
