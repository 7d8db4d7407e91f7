import type { HashedFile } from '../../src/content/hash-file.ts'
import { hashFile } from '../../src/content/hash-file.ts'
import { createManifest, type Manifest } from '../../src/content/manifest.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../src/domain/chunk.ts'
import { MemoryFileSystem } from '../support/memory-file-system.ts'
import { Chance } from './chance.ts'

/** A file that is sold. */
export interface SoldFile {
  readonly bytes: Uint8Array
  readonly hashed: HashedFile
  readonly manifest: Manifest
}

/** Sizes around the edges of chunks, and few chunks: what a run does with money does not need many. */
const SIZES = [
  0,
  1,
  70_000,
  CHUNK_SIZE_BYTES,
  CHUNK_SIZE_BYTES + 1,
  2 * CHUNK_SIZE_BYTES + 5_000,
  4 * CHUNK_SIZE_BYTES,
  6 * CHUNK_SIZE_BYTES + 100_000,
  11 * CHUNK_SIZE_BYTES - 1,
]

let files: Promise<readonly SoldFile[]> | undefined

/** The same files in every run, smallest first. */
export function soldFiles(): Promise<readonly SoldFile[]> {
  files ??= Promise.all(SIZES.map(makeFile))
  return files
}

async function makeFile(sizeBytes: number): Promise<SoldFile> {
  const bytes = new Chance(`file of ${sizeBytes}`).bytes(sizeBytes)
  const fileSystem = new MemoryFileSystem()
  fileSystem.put('/file', bytes)
  const hashed = await hashFile('/file', { fileSystem })
  return { bytes, hashed, manifest: createManifest(hashed) }
}

export function chunkOf({ bytes }: SoldFile, chunkIndex: number): Uint8Array {
  const start = chunkIndex * CHUNK_SIZE_BYTES
  return bytes.subarray(start, start + chunkLength(bytes.byteLength, chunkIndex))
}
