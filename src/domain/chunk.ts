/** Bytes of every chunk but the last. 16 BEP 52 leaves: big enough that a voucher a chunk costs little, small enough to risk. */
export const CHUNK_SIZE_BYTES = 262_144
/** BEP 52's leaf size. */
export const LEAF_SIZE_BYTES = 16_384
/** 2^40 chunks would not fit a chunk index on the wire (u32): 1 PiB a file is the limit. */
export const MAX_FILE_SIZE_BYTES = 2 ** 50

/** How many chunks a file of `sizeBytes` has; an empty file has none. */
export function chunkCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_SIZE_BYTES)
}

/** Bytes in chunk `chunkIndex`. @throws RangeError when the file has no such chunk. */
export function chunkLength(sizeBytes: number, chunkIndex: number): number {
  const count = chunkCount(sizeBytes)
  if (!Number.isInteger(chunkIndex) || chunkIndex < 0 || chunkIndex >= count)
    throw new RangeError(`chunk ${chunkIndex} is outside a file of ${count} chunks`)
  return chunkIndex === count - 1 ? sizeBytes - chunkIndex * CHUNK_SIZE_BYTES : CHUNK_SIZE_BYTES
}
