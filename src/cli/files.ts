import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'

/**
 * The absolute path of a regular file that can be read, or of a folder where one is of use.
 * @throws ChiralError `FILE_NOT_FOUND` | `PATH_IS_DIRECTORY` | `FILE_UNREADABLE`
 */
export async function readableFile(
  file: string,
  workingDirectory: string,
  { folders = false }: { readonly folders?: boolean } = {},
): Promise<string> {
  const path = resolve(workingDirectory, file)
  const found = await stat(path).catch((error: unknown) => {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ChiralError('FILE_NOT_FOUND', `There is no file ${path}: check the name.`, { cause: error })
    throw unreadable(path, error)
  })
  if (found.isDirectory() && !folders)
    throw new ChiralError(
      'PATH_IS_DIRECTORY',
      `${path} is a folder: give a file, for example an archive of the folder.`,
    )
  if (!found.isFile() && !found.isDirectory())
    throw new ChiralError('FILE_UNREADABLE', `${path} is not a regular file: copy its content to one.`)
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  return path
}

/**
 * The absolute target of a download: a folder that exists, or a new or existing file in one.
 * @throws ChiralError `USAGE` | `FILE_NOT_FOUND`
 */
export async function targetPath(
  out: string | undefined,
  workingDirectory: string,
  { folderNeeded }: { readonly folderNeeded: boolean },
): Promise<string> {
  if (out === undefined) return workingDirectory
  if (out === '-')
    throw new ChiralError('USAGE', 'Writing to standard output is not supported: give a file or folder with -o.')
  if (out === '') throw new ChiralError('USAGE', 'The target of -o is empty: give a file or folder.')
  const path = resolve(workingDirectory, out)
  if (await isDirectory(path)) return path
  if (folderNeeded) throw new ChiralError('USAGE', `A folder is needed here, and ${path} is not one: create it first.`)
  if (/[/\\]$/.test(out) || basename(path) === '')
    throw new ChiralError('FILE_NOT_FOUND', `There is no folder ${path}: create it first.`)
  if (!(await isDirectory(dirname(path))))
    throw new ChiralError('FILE_NOT_FOUND', `There is no folder ${dirname(path)}: create it first.`)
  return path
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

function unreadable(path: string, error: unknown): ChiralError {
  return new ChiralError('FILE_UNREADABLE', `${path} cannot be read (${codeOf(error) ?? messageOf(error)}).`, {
    cause: error,
  })
}
