import { inflateSync } from 'node:zlib'
import { concatBytes } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import { MAX_DATAGRAM_BYTES, MAX_INFLATED_BYTES } from './limits.ts'
import type { KadMessage } from './message.ts'

/** First byte of a datagram of Kad, as it is and packed. */
const PLAIN = 0xe4
const PACKED = 0xe5
const HEAD_BYTES = 2

export function encodeDatagram(message: KadMessage): Uint8Array {
  return concatBytes(Uint8Array.of(PLAIN), encodeMessage(message))
}

/** `undefined`: another protocol, an obfuscated datagram, or a message this node has nothing to say to. @throws DecodeError */
export function decodeDatagram(bytes: Uint8Array): KadMessage | undefined {
  const [protocol, opcode] = bytes
  if (opcode === undefined || (protocol !== PLAIN && protocol !== PACKED)) return undefined
  if (bytes.byteLength > MAX_DATAGRAM_BYTES) throw new DecodeError(`A datagram has ${bytes.byteLength} bytes.`)
  const body = bytes.subarray(HEAD_BYTES)
  return decodeMessage(opcode, protocol === PLAIN ? body : inflate(body))
}

function inflate(body: Uint8Array): Uint8Array {
  try {
    return inflateSync(body, { maxOutputLength: MAX_INFLATED_BYTES })
  } catch {
    throw new DecodeError(`A packed datagram is no zlib stream of at most ${MAX_INFLATED_BYTES} bytes.`)
  }
}
