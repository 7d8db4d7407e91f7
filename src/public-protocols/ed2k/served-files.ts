import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import type { FileHash } from '../../domain/ids.ts'
import type { Ed2kHash } from './ed2k-hash.ts'
import { partCount, partSpan } from './parts.ts'

/** Which chunks are held; the content store's bitfields are such. */
export interface HeldChunks {
  readonly length: number
  readonly count: number
  has(chunkIndex: number): boolean
}

/** A file as it is shown to whoever asks for it. */
export interface ServedFile {
  readonly hash: Ed2kHash
  readonly fileHash: FileHash
  readonly sizeBytes: number
  /** As published, and clean: no separators, no control characters. */
  readonly name: string
  readonly held: HeldChunks
}

/** What this node serves; `node/` passes its shares. */
export interface ServedFiles {
  file(hash: Ed2kHash): ServedFile | undefined
  /** As an answer to a request for them has them. */
  partHashes(fileHash: FileHash): readonly Uint8Array[] | undefined
  /** The bytes of a held chunk. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
}

/** Which parts are held from their first byte to their last; `undefined` when all of the file is. */
export function heldParts({ sizeBytes, held }: Pick<ServedFile, 'sizeBytes' | 'held'>): boolean[] | undefined {
  if (held.count === held.length) return undefined
  return Array.from({ length: partCount(sizeBytes) }, (_, part) => {
    const { start, end } = partSpan(sizeBytes, part)
    for (let chunk = Math.floor(start / CHUNK_SIZE_BYTES); chunk * CHUNK_SIZE_BYTES < end; chunk++)
      if (!held.has(chunk)) return false
    return true
  })
}
