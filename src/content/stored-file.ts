import { chunkCount } from '../domain/chunk.ts'
import type { StoredCopy } from './catalog.ts'
import type { HeldCopy } from './held-copy.ts'

/** A copy of a file as others see it; `path` is the target also while it is on the way. */
export interface StoredFile extends Omit<StoredCopy, 'id' | 'mtimeNs' | 'downloadedTo'> {
  readonly chunkCount: number
  readonly chunksHeld: number
}

export function storedFileOf({ copy, have }: HeldCopy): StoredFile {
  const { fileHash, path, kind, sizeBytes, sha256, addedAt } = copy
  const chunksHeld = have.count
  return { fileHash, path, kind, sizeBytes, sha256, addedAt, chunkCount: chunkCount(sizeBytes), chunksHeld }
}
