import { fromHex, toHex } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import type { Random } from '../../../system/random.ts'

/** A place in Kad: 128 bits as 32 lower-case hexadecimal digits, the most significant first. That of a file is its ed2k hash. */
export type KadId = string & { readonly __brand: 'KadId' }

export const KAD_ID_BYTES = 16
const BITS = 128
const BITS_PER_DIGIT = 4
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

/** How far apart two places are: their exclusive or, as a number. */
export function distance(a: KadId, b: KadId): bigint {
  return numberOf(a) ^ numberOf(b)
}

/** Is `a` closer to `target` than `b` is? */
export function isCloser(target: KadId, a: KadId, b: KadId): boolean {
  return distance(target, a) < distance(target, b)
}

/** Leading bits two places have in common, 0 to 128. */
export function sharedBits(a: KadId, b: KadId): number {
  let digit = 0
  while (digit < a.length && a[digit] === b[digit]) digit++
  if (digit === a.length) return BITS
  const apart = Number.parseInt(a[digit] ?? '', 16) ^ Number.parseInt(b[digit] ?? '', 16)
  return BITS_PER_DIGIT * digit + Math.clz32(apart) - (32 - BITS_PER_DIGIT)
}

/** The `count` that are closest to `target`, the closest first. */
export function closestTo<T extends { readonly id: KadId }>(target: KadId, nodes: Iterable<T>, count: number): T[] {
  const place = numberOf(target)
  return Array.from(nodes, (node) => ({ node, apart: place ^ numberOf(node.id) }))
    .sort((a, b) => (a.apart < b.apart ? -1 : a.apart > b.apart ? 1 : 0))
    .slice(0, count)
    .map(({ node }) => node)
}

function numberOf(id: KadId): bigint {
  return BigInt(`0x${id}`)
}

function reverseGroups(bytes: Uint8Array): Uint8Array {
  const reversed = new Uint8Array(bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += GROUP_BYTES)
    reversed.set(bytes.slice(at, at + GROUP_BYTES).reverse(), at)
  return reversed
}
