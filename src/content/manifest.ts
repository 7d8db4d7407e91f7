import { equalBytes } from '../domain/bytes.ts'
import { chunkCount } from '../domain/chunk.ts'
import { ChiralError, DecodeError, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { HASH_BYTES } from '../system/sha256.ts'
import {
  decodeFileHeader,
  encodeFileHeader,
  FILE_HEADER_BYTES,
  type FileHeader,
  fileHashOfHeader,
} from './file-header.ts'
import { createChunkTree, rootOf } from './merkle.ts'

/** A manifest someone sent: well-formed, and nothing more. */
export interface ManifestClaim extends FileHeader {
  /** One 32-byte BEP 52 node a chunk, in order. */
  readonly chunkHashes: readonly Uint8Array[]
}

/** The chunk hashes of one file, known to hash up to its {@link FileHash}: only this file can make one, by verifying. */
export class Manifest implements ManifestClaim {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  readonly piecesRoot: Uint8Array
  readonly chunkHashes: readonly Uint8Array[]
  /** Makes the type nominal: an object literal of the same shape is not a Manifest. */
  readonly #verified = true

  private constructor(claim: ManifestClaim, fileHash: FileHash) {
    this.fileHash = fileHash
    this.sizeBytes = claim.sizeBytes
    this.piecesRoot = claim.piecesRoot
    this.chunkHashes = claim.chunkHashes
  }

  static isManifest(value: object): value is Manifest {
    return #verified in value
  }

  /** @throws ChiralError `MANIFEST_INVALID` when a count, the root or the file hash does not fit the others. */
  static verify(claim: ManifestClaim, fileHash: FileHash): Manifest {
    const expected = chunkCount(claim.sizeBytes)
    // SPEC 05 §4: "The length MUST be the one that the size in the header gives."
    if (claim.chunkHashes.length !== expected)
      throw invalid(fileHash, `it lists ${claim.chunkHashes.length} chunks where the size needs ${expected}`)
    if (claim.chunkHashes.some((hash) => hash.byteLength !== HASH_BYTES))
      throw invalid(fileHash, `every chunk hash has ${HASH_BYTES} bytes`)
    // SPEC 05 §4: "SHA-256 of the header block MUST be the file id."
    if (fileHashOfHeader(claim) !== fileHash) throw invalid(fileHash, 'its header block belongs to another file')
    // SPEC 05 §4: "The chunk hashes MUST hash up to piecesRoot (§2)."
    if (!equalBytes(rootOf(claim.chunkHashes), claim.piecesRoot))
      throw invalid(fileHash, 'its chunk hashes do not hash up to its root')
    return new Manifest(claim, fileHash)
  }
}

/** The manifest of a file whose chunks were hashed here. @throws ChiralError `MANIFEST_INVALID` when the count is wrong. */
export function createManifest(content: {
  readonly sizeBytes: number
  readonly chunkHashes: readonly Uint8Array[]
}): Manifest {
  const claim = { ...content, piecesRoot: createChunkTree(content.chunkHashes).root }
  return Manifest.verify(claim, fileHashOfHeader(claim))
}

/** Bytes of an encoded manifest of a file of `sizeBytes`: what a reader allows for before it asks. */
export function manifestLength(sizeBytes: number): number {
  return FILE_HEADER_BYTES + chunkCount(sizeBytes) * HASH_BYTES
}

/** Header block, then the chunk hashes. */
export function encodeManifest(manifest: ManifestClaim): Uint8Array {
  const bytes = new Uint8Array(manifestLength(manifest.sizeBytes))
  bytes.set(encodeFileHeader(manifest), 0)
  for (const [index, hash] of manifest.chunkHashes.entries()) bytes.set(hash, FILE_HEADER_BYTES + index * HASH_BYTES)
  return bytes
}

/** Splits an encoded manifest, proving nothing. The hashes are views into `bytes`. @throws DecodeError */
export function decodeManifest(bytes: Uint8Array): ManifestClaim {
  if (bytes.byteLength < FILE_HEADER_BYTES)
    throw new DecodeError(`A manifest has at least ${FILE_HEADER_BYTES} bytes, not ${bytes.byteLength}.`)
  const header = decodeFileHeader(bytes.subarray(0, FILE_HEADER_BYTES))
  const length = manifestLength(header.sizeBytes)
  if (bytes.byteLength !== length)
    throw new DecodeError(
      `A manifest of a file of ${header.sizeBytes} bytes has ${length} bytes, not ${bytes.byteLength}.`,
    )
  const chunkHashes: Uint8Array[] = []
  for (let offset = FILE_HEADER_BYTES; offset < length; offset += HASH_BYTES)
    chunkHashes.push(bytes.subarray(offset, offset + HASH_BYTES))
  return { ...header, chunkHashes }
}

/**
 * The manifest of `fileHash` out of bytes from anyone.
 *
 * @throws ChiralError `MANIFEST_INVALID` for anything else: garbage, another file's manifest, a forged size, count or hash.
 */
export function verifyManifest(bytes: Uint8Array, fileHash: FileHash): Manifest {
  // A private copy: the sender's buffer may be reused, and what was verified must not change afterwards.
  const claim = decodeOrRefuse(bytes.slice(), fileHash)
  return Manifest.verify(claim, fileHash)
}

function decodeOrRefuse(bytes: Uint8Array, fileHash: FileHash): ManifestClaim {
  try {
    return decodeManifest(bytes)
  } catch (error) {
    throw invalid(fileHash, messageOf(error), error)
  }
}

function invalid(fileHash: FileHash, reason: string, cause?: unknown): ChiralError {
  return new ChiralError(
    'MANIFEST_INVALID',
    `The manifest received for ${fileHash} is not that file's (${reason}); ask another peer for it.`,
    { details: { fileHash }, cause },
  )
}
