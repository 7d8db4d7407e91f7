import { hashFile as hashContent } from '../content/hash-file.ts'
import { createHashPool } from '../content/hash-pool.ts'
import { toHex } from '../domain/bytes.ts'
import { cidOf } from '../domain/cid.ts'
import type { FileHash } from '../domain/ids.ts'
import { systemClock } from '../system/clock.ts'
import { systemFileSystem } from '../system/file-system.ts'

/** Every name a file has. */
export interface FileNames {
  readonly fileHash: FileHash
  /** BEP 52 `pieces root`, hex. */
  readonly piecesRoot: string
  /** Of the whole file, hex. */
  readonly sha256: string
  /** CIDv1 of the header block. */
  readonly cid: string
  readonly sizeBytes: number
}

/** Hashes a file without a node. @throws the errors of content's hashFile: `FILE_MISSING`, `NOT_A_FILE`, `FILE_CHANGED` … */
export async function hashFile(
  path: string,
  options: {
    onProgress?: (progress: { readonly hashedBytes: number; readonly sizeBytes: number }) => void
    signal?: AbortSignal
  } = {},
): Promise<FileNames> {
  const pool = createHashPool({ clock: systemClock })
  try {
    const hashed = await hashContent(path, { ...options, fileSystem: systemFileSystem, pool })
    const { fileHash, piecesRoot, sha256, sizeBytes } = hashed
    return { fileHash, piecesRoot: toHex(piecesRoot), sha256, cid: cidOf(fileHash).toString(), sizeBytes }
  } finally {
    await pool.stop()
  }
}
