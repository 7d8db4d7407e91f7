import { MAX_FILE_SIZE_BYTES } from '../domain/chunk.ts'
import { DecodeError } from '../domain/errors.ts'
import { type FileHash, fileHashOf } from '../domain/ids.ts'
import { HASH_BYTES, sha256 } from '../system/sha256.ts'

/** 14 bytes. Separates these hashes from every other use of SHA-256 and names the version of the rules (SPEC 05 §3). */
const MAGIC = new TextEncoder().encode('chiral/file/1\0')
const SIZE_OFFSET = MAGIC.byteLength
const ROOT_OFFSET = SIZE_OFFSET + 8

/** Bytes of the file header block. */
export const FILE_HEADER_BYTES = ROOT_OFFSET + HASH_BYTES

/** What a file hash commits to. */
export interface FileHeader {
  readonly sizeBytes: number
  /** BEP 52 pieces root, 32 bytes. */
  readonly piecesRoot: Uint8Array
}

/** The 54-byte file header block. @throws RangeError for a size or root no file can have. */
export function encodeFileHeader(header: FileHeader): Uint8Array {
  const { sizeBytes, piecesRoot } = header
  if (!Number.isInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MAX_FILE_SIZE_BYTES)
    throw new RangeError(`${sizeBytes} is not a file size: 0 to ${MAX_FILE_SIZE_BYTES} bytes`)
  if (piecesRoot.byteLength !== HASH_BYTES) throw new RangeError(`a pieces root has ${HASH_BYTES} bytes`)
  const block = new Uint8Array(FILE_HEADER_BYTES)
  block.set(MAGIC, 0)
  new DataView(block.buffer).setBigUint64(SIZE_OFFSET, BigInt(sizeBytes))
  block.set(piecesRoot, ROOT_OFFSET)
  return block
}

/** @throws DecodeError unless `block` is exactly a file header block of a size within the limit. */
export function decodeFileHeader(block: Uint8Array): FileHeader {
  // SPEC 05 §3: "A reader MUST refuse a block of any other length, with any other first 14 bytes, or with a size above 2^50."
  if (block.byteLength !== FILE_HEADER_BYTES)
    throw new DecodeError(`A file header block has ${FILE_HEADER_BYTES} bytes, not ${block.byteLength}.`)
  if (MAGIC.some((byte, index) => block[index] !== byte))
    throw new DecodeError('A file header block starts with "chiral/file/1" and a zero byte; this one does not.')
  const size = new DataView(block.buffer, block.byteOffset, block.byteLength).getBigUint64(SIZE_OFFSET)
  if (size > BigInt(MAX_FILE_SIZE_BYTES))
    throw new DecodeError(`A file has at most ${MAX_FILE_SIZE_BYTES} bytes; this header says ${size}.`)
  return { sizeBytes: Number(size), piecesRoot: block.slice(ROOT_OFFSET) }
}

/** The file's id: SHA-256 of its header block. */
export function fileHashOfHeader(header: FileHeader): FileHash {
  return fileHashOf(sha256(encodeFileHeader(header)))
}
