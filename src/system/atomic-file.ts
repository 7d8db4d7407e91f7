import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../domain/errors.ts'
import { systemFileSystem } from './file-system.ts'

/**
 * Writes a file whole or not at all: into a neighbour that is synced, then renamed over `path`, then the folder is synced.
 * After power loss the file is the old one or the new one.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = await writeTemporary(path, data, mode)
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await systemFileSystem.syncDirectory(dirname(path))
}

/** As `writeFileAtomic`, but never replaces a file. @returns false when there is one already */
export async function createFileAtomic(path: string, data: string | Uint8Array, mode = 0o600): Promise<boolean> {
  const temporary = await writeTemporary(path, data, mode)
  try {
    await systemFileSystem.rename(temporary, path, { overwrite: false })
  } catch (error) {
    await rm(temporary, { force: true })
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  await systemFileSystem.syncDirectory(dirname(path))
  return true
}

async function writeTemporary(path: string, data: string | Uint8Array, mode: number): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(data)
    await file.sync()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return temporary
}
