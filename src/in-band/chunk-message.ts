import { Reader, Writer } from 'protobufjs/minimal.js'
import { Uint8ArrayList } from 'uint8arraylist'
import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import { DecodeError, messageOf } from '../domain/errors.ts'
import { chunkMemory } from '../system/chunk-memory.ts'
import { exactBytes } from './fields.ts'
import { MAX_PROOF_HASHES } from './limits.ts'

/** Field of the bytes in most messages that carry a chunk: the highest, so that they come last by nature. */
const CHUNK_FIELD = 15
const LENGTH_DELIMITED = 2
/** From here on a frame is joined in memory that was used before: smaller chunks, the last of files, are not worth the bookkeeping. */
const REUSED_FROM_BYTES = CHUNK_SIZE_BYTES / 2

/**
 * A message that carries a chunk, as field `field` of the frame's message: the chunk is referred to and not copied.
 * @param message `head` is the message without its chunk.
 */
export function encodeChunkMessage(message: {
  field: number
  head: Uint8Array
  chunkField?: number
  chunk: Uint8Array
}): Uint8ArrayList {
  const { field, head, chunkField = CHUNK_FIELD, chunk } = message
  const chunkTag = tag(chunkField, chunk.byteLength)
  const bodyTag = tag(field, head.byteLength + chunkTag.byteLength + chunk.byteLength)
  return new Uint8ArrayList(bodyTag, head, chunkTag, chunk)
}

/**
 * Decodes a frame without its length. `ownMemory`: the frame lies in memory of its own. That of a large one is of `chunkMemory`, to be given back.
 * @throws DecodeError for anything that `decode` throws
 */
export function decodeFrame<T>(frame: Uint8ArrayList, decode: (reader: Reader, ownMemory: boolean) => T): T {
  try {
    const isLarge = frame.byteLength >= REUSED_FROM_BYTES
    const bytes = isLarge ? joined(frame) : frame.subarray()
    const reader = Reader.create(bytes)
    reader.discardUnknown = true
    return decode(reader, isLarge || bytes.buffer.byteLength === bytes.byteLength)
  } catch (error) {
    throw error instanceof DecodeError ? error : new DecodeError(`not a message: ${messageOf(error)}.`)
  }
}

/** The chunk keeps no memory from being freed, or used again, that is not its own. */
export function decodeChunk(
  { chunk, proof }: { chunk: Uint8Array; proof: readonly Uint8Array[] },
  ownMemory: boolean,
): { chunk: Uint8Array; proof: Uint8Array[] } {
  if (chunk.byteLength > CHUNK_SIZE_BYTES)
    throw new DecodeError(`a chunk has at most ${CHUNK_SIZE_BYTES} bytes, not ${chunk.byteLength}.`)
  if (proof.length > MAX_PROOF_HASHES) throw new DecodeError(`a proof has at most ${MAX_PROOF_HASHES} hashes.`)
  return {
    proof: proof.map((hash) => exactBytes(hash, 32, 'a proof hash')),
    chunk: ownMemory ? chunk : chunk.slice(),
  }
}

function tag(field: number, length: number): Uint8Array {
  return Writer.create()
    .uint32((field << 3) | LENGTH_DELIMITED)
    .uint32(length)
    .finish()
}

function joined(frame: Uint8ArrayList): Uint8Array {
  const bytes = chunkMemory.take(frame.byteLength)
  let offset = 0
  for (const piece of frame) {
    bytes.set(piece, offset)
    offset += piece.byteLength
  }
  return bytes
}
