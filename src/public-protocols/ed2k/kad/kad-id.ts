import { fromHex, toHex } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import type { Random } from '../../../system/random.ts'

/** A place in Kad: 128 bits as 32 lower-case hexadecimal digits, the most significant first. That of a file is its ed2k hash. */
export type KadId = string & { readonly __brand: 'KadId' }

export const KAD_ID_BYTES = 16
/** Bytes of the groups whose order is reversed on the wire. */
const GROUP_BYTES = 4

/** @throws DecodeError unless 32 hexadecimal digits */
export function parseKadId(text: string): KadId {
  if (!/^[0-9a-f]{32}$/i.test(text)) throw new DecodeError('A Kad id has 32 hexadecimal digits.')
  return text.toLowerCase() as KadId // as: the digits were looked at
}

export function randomKadId(random: Random): KadId {
  return parseKadId(toHex(random.bytes(KAD_ID_BYTES)))
}

/** Four little-endian words, the most significant first: what aMule's 128-bit numbers are on the wire. */
export function kadIdToWire(id: KadId): Uint8Array {
  return reverseGroups(fromHex(id))
}

/** @param bytes sixteen */
export function kadIdFromWire(bytes: Uint8Array): KadId {
  return parseKadId(toHex(reverseGroups(bytes)))
}

function reverseGroups(bytes: Uint8Array): Uint8Array {
  const reversed = new Uint8Array(bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += GROUP_BYTES)
    reversed.set(bytes.slice(at, at + GROUP_BYTES).reverse(), at)
  return reversed
}
