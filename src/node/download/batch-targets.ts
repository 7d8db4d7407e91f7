import { mkdir, realpath } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { BatchFile } from './batch-files.ts'
import type { DownloadDependencies } from './dependencies.ts'

/**
 * Makes the folders that a target needs.
 * @throws ChiralError `TARGET_OUTSIDE` when a symbolic link on the way leads out of the batch's folder, `TARGET_EXISTS`, `PATH_DENIED`
 */
export async function makeRoom(folder: string, target: string): Promise<void> {
  const parent = dirname(target)
  try {
    await mkdir(folder, { recursive: true })
    await mkdir(parent, { recursive: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new ChiralError('TARGET_EXISTS', `A file is where the folder ${parent} is needed: move it away.`, {
        cause: error,
      })
    throw new ChiralError('PATH_DENIED', `The folder ${parent} cannot be made (${code}).`, { cause: error })
  }
  const [root, real] = await Promise.all([realpath(folder), realpath(parent)])
  if (real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) return
  throw new ChiralError(
    'TARGET_OUTSIDE',
    `A symbolic link leads ${target} out of ${folder}: nothing is written there.`,
    {
      details: { folder, target },
    },
  )
}

/** Writes a file that is held here to another place: verified, durable and resumed as a download is, and free. */
export async function copyHeld(
  deps: Pick<DownloadDependencies, 'openWriter'> & {
    readonly manifestOf: (fileHash: FileHash) => Parameters<DownloadDependencies['openWriter']>[0] | undefined
    readonly read: (fileHash: FileHash, chunkIndex: number) => Promise<Uint8Array>
  },
  { fileHash, target }: BatchFile,
  options: { readonly overwrite: boolean },
): Promise<void> {
  const manifest = fileHash === undefined ? undefined : deps.manifestOf(fileHash)
  if (fileHash === undefined || manifest === undefined)
    throw new ChiralError('CHUNK_NOT_HELD', `What should be copied to ${target} is not stored here.`)
  const writer = await deps.openWriter(manifest, target, options)
  try {
    for (let index = 0; index < manifest.chunkHashes.length; index++)
      if (!writer.have.has(index)) await writer.write(index, await deps.read(fileHash, index), {})
    await writer.finish(options)
  } finally {
    await writer.close()
  }
}
