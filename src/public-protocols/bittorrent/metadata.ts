import { concatBytes } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { decodeDict, encodeBencode } from './bencode.ts'
import { numberIn } from './extended-handshake.ts'

/** Of BEP 9: metadata comes in pieces of so many bytes. */
const METADATA_PIECE_BYTES = 16_384
const [REQUEST, DATA, REJECT] = [0, 1, 2] as const

/**
 * Answers a message of BEP 9: a request with a piece of the `info` dictionary, or with a rejection where there is none.
 * @throws DecodeError
 */
export function answerMetadata(payload: Uint8Array, info: Uint8Array | undefined): Uint8Array | undefined {
  const dict = decodeDict(payload)
  if (numberIn(dict, 'msg_type') !== REQUEST) return undefined // nobody here asked for any
  const piece = numberIn(dict, 'piece')
  const start = piece * METADATA_PIECE_BYTES
  if (!Number.isSafeInteger(start)) throw new DecodeError('A peer asks for a piece of metadata that cannot be.')
  if (info === undefined || start >= info.byteLength) return encodeBencode({ msg_type: REJECT, piece })
  const head = encodeBencode({ msg_type: DATA, piece, total_size: info.byteLength })
  return concatBytes(head, info.subarray(start, start + METADATA_PIECE_BYTES))
}
