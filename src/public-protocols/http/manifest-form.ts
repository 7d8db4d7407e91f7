import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { toHex } from '../../domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { HASH_BYTES } from '../../system/sha256.ts'
import type { ServedFile, ServedFiles } from './served-files.ts'

/** A manifest as docs/specs/05-content.md encodes it. */
export const MANIFEST_TYPE = 'application/vnd.chiral.manifest'

/** Fast, and hexadecimal digits shrink to their half at any quality. */
const BROTLI_QUALITY = 4

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** The manifest and what is known of the file beside it, for programs without a decoder. */
export function manifestJson(
  { fileHash, sizeBytes, name, mimeType, sha256, held }: ServedFile,
  manifest: NonNullable<ReturnType<ServedFiles['manifest']>>,
): string {
  const { chunkHashes, piecesRoot } = manifest
  const hashes: string[] = []
  for (let offset = 0; offset < chunkHashes.byteLength; offset += HASH_BYTES)
    hashes.push(toHex(chunkHashes.subarray(offset, offset + HASH_BYTES)))
  return JSON.stringify({
    fileHash,
    sizeBytes,
    chunkSizeBytes: CHUNK_SIZE_BYTES,
    piecesRoot: toHex(piecesRoot),
    name,
    mimeType,
    sha256,
    chunksHeld: held.count,
    chunkHashes: hashes,
  })
}

/** Only what is text: chunks and hashes do not shrink. */
export async function compress(text: string, encoding: string | false): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
    case 'gzip':
      return gzipped(text)
    default:
      return Buffer.from(text)
  }
}
