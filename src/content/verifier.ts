import { equalBytes } from '../domain/bytes.ts'
import { chunkCount, chunkLength } from '../domain/chunk.ts'
import type { Manifest } from './manifest.ts'
import { chunkHashOf } from './merkle.ts'

/** Whether `bytes` are chunk `chunkIndex` of the manifest's file: its exact length and its exact hash. Never throws. */
export function verifyChunk(manifest: Manifest, chunkIndex: number, bytes: Uint8Array): boolean {
  const expected = expectedHash(manifest, chunkIndex, bytes)
  return expected !== undefined && equalBytes(chunkHashOf(bytes, manifest.sizeBytes), expected)
}

/** The hash `bytes` must have, or `undefined` when no chunk `chunkIndex` of that length exists. */
function expectedHash(manifest: Manifest, chunkIndex: number, bytes: Uint8Array): Uint8Array | undefined {
  if (!Number.isInteger(chunkIndex) || chunkIndex < 0 || chunkIndex >= chunkCount(manifest.sizeBytes)) return undefined
  if (bytes.byteLength !== chunkLength(manifest.sizeBytes, chunkIndex)) return undefined
  return manifest.chunkHashes[chunkIndex]
}
