import type { ChunkRef } from './payments.ts'

/** Names a chunk in maps. */
export function chunkKey(chunk: ChunkRef): string {
  return `${chunk.fileHash}/${chunk.chunkIndex}`
}
