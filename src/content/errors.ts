import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'

/** Codes the platform gives when a disk or a quota is full. */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])
const DENIED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS'])
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** A platform error as one of ours: `DISK_FULL`, `PATH_DENIED`, `FILE_MISSING` or `IO_FAILED`. Ours pass unchanged. */
export function ioError(error: unknown, path: string): ChiralError {
  if (error instanceof ChiralError) return error
  const code = codeOf(error)
  const options = { details: { path }, cause: error }
  if (FULL.has(code))
    return new ChiralError(
      'DISK_FULL',
      `The disk of ${path} is full: free some space and run the download again; what it has is kept.`,
      options,
    )
  if (DENIED.has(code))
    return new ChiralError('PATH_DENIED', `${path} may not be read or written: check its permissions.`, options)
  if (ABSENT.has(code)) return fileMissing(path, error)
  return new ChiralError('IO_FAILED', `${path} cannot be used: ${messageOf(error)}.`, options)
}

export function fileMissing(path: string, cause?: unknown): ChiralError {
  return new ChiralError('FILE_MISSING', `${path} is not there any more: put it back, or stop sharing it.`, {
    details: { path },
    cause,
  })
}

export function fileChanged(path: string): ChiralError {
  return new ChiralError('FILE_CHANGED', `${path} was changed since it was hashed: share it again.`, {
    details: { path },
  })
}

export function targetExists(path: string): ChiralError {
  return new ChiralError(
    'TARGET_EXISTS',
    `${path} exists and is another file: choose another name or allow overwriting.`,
    {
      details: { path },
    },
  )
}

export function targetBusy(path: string): ChiralError {
  return new ChiralError(
    'TARGET_BUSY',
    `Another download is being written to ${path}: choose another name or end it.`,
    {
      details: { path },
    },
  )
}

export function notHeld(details: {
  readonly fileHash: FileHash
  readonly chunkIndex?: number
  readonly path?: string
}): ChiralError {
  const { fileHash, chunkIndex, path } = details
  const what = chunkIndex === undefined ? `The file ${fileHash} at ${path}` : `Chunk ${chunkIndex} of ${fileHash}`
  return new ChiralError('CHUNK_NOT_HELD', `${what} is not stored here.`, { details })
}
