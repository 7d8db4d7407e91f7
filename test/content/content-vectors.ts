import { readFileSync } from 'node:fs'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'

/** One file of test/vectors/content.json; every hash is lower-case hex. */
export interface ContentVector {
  readonly sizeBytes: number
  readonly sha256: string
  readonly piecesRoot: string
  readonly chunkHashes: readonly string[]
  readonly fileHash: string
}

const path = new URL('../vectors/content.json', import.meta.url)
/** Boundary: the file is the generator's own output. */
export const contentVectors = (JSON.parse(readFileSync(path, 'utf8')) as { files: ContentVector[] }).files

/** The bytes the vectors describe: byte i is (i * 31 + (i >> 8) + 7 * (i >> 16)) & 255. */
export function vectorContent(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 31 + (i >> 8) + 7 * (i >> 16)) & 255)
}

/** `content` cut into chunks. */
export function chunksOf(content: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let offset = 0; offset < content.byteLength; offset += CHUNK_SIZE_BYTES)
    chunks.push(content.subarray(offset, offset + CHUNK_SIZE_BYTES))
  return chunks
}
