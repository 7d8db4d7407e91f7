import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiralError, codeOf } from '../domain/errors.ts'
import { parseRelativePath } from '../domain/relative-path.ts'

/**
 * Files of folders that have provider records of their own, the largest. A record is written to 20 peers every three minutes: for each of
 * 10,000 files that would be a thousand messages a second.
 */
export const ANNOUNCED_OF_FOLDERS = 64

/** What was left out of a shared folder, as far as it is told one by one. */
const MAX_SKIPPED_SHOWN = 100

export interface ScannedFile {
  /** Absolute. */
  readonly path: string
  /** As it is listed: below the folder, with `/`, in NFC. */
  readonly listedPath: string
  /** For the progress; what counts is what is hashed. */
  readonly sizeBytes: number
}

export interface SkippedFile {
  readonly path: string
  readonly why: 'hidden' | 'symbolic link' | 'not a regular file'
}

export interface ScannedFolder {
  readonly files: readonly ScannedFile[]
  /** The first of what was left out. */
  readonly skipped: readonly SkippedFile[]
  readonly skippedCount: number
}

/**
 * Every regular file below a folder. Names that begin with a dot, symbolic links and special files are left out: the first is what
 * people do not see, the second may lead anywhere.
 * @throws ChiralError `FOLDER_EMPTY`, `FOLDER_TOO_LARGE`, `NAME_UNLISTABLE`, `PATH_DENIED`
 */
export async function scanFolder(folder: string, options: { readonly maxFiles: number }): Promise<ScannedFolder> {
  const files: ScannedFile[] = []
  const skipped: SkippedFile[] = []
  let skippedCount = 0
  const skip = (path: string, why: SkippedFile['why']): void => {
    if (++skippedCount <= MAX_SKIPPED_SHOWN) skipped.push({ path, why })
  }
  const walk = async (directory: string, listed: string): Promise<void> => {
    for (const entry of await entriesOf(directory)) {
      const path = join(directory, entry.name)
      const listedPath = `${listed}${entry.name.normalize('NFC')}`
      if (entry.name.startsWith('.')) skip(path, 'hidden')
      else if (entry.isSymbolicLink()) skip(path, 'symbolic link')
      else if (!entry.isDirectory() && !entry.isFile()) skip(path, 'not a regular file')
      else {
        checkName(path, listedPath)
        if (entry.isDirectory()) await walk(path, `${listedPath}/`)
        else files.push({ path, listedPath, sizeBytes: (await stat(path)).size })
        if (files.length > options.maxFiles)
          throw new ChiralError(
            'FOLDER_TOO_LARGE',
            `${folder} has more than ${options.maxFiles} files: share its folders one by one, or an archive.`,
          )
      }
    }
  }
  await walk(folder, '')
  if (files.length === 0)
    throw new ChiralError(
      'FOLDER_EMPTY',
      `${folder} has no file that could be shared: hidden ones and links are left out.`,
    )
  return { files, skipped, skippedCount }
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    throw new ChiralError('PATH_DENIED', `The folder ${directory} cannot be read (${codeOf(error)}).`, { cause: error })
  }
}

function checkName(path: string, listedPath: string): void {
  const verdict = parseRelativePath(listedPath)
  if (verdict.accepted) return
  throw new ChiralError('NAME_UNLISTABLE', `${path} cannot be listed: ${verdict.why}. Rename it.`, {
    details: { path },
  })
}
