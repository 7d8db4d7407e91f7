import { DecodeError } from './errors.ts'

const HEX = /^(?:[0-9a-f]{2})*$/i
/** ASCII codes of the sixteen digits. */
const DIGITS = new TextEncoder().encode('0123456789abcdef')
const ascii = new TextDecoder()

/** Lower-case hex without a prefix. */
export function toHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.byteLength)
  for (let i = 0; i < bytes.byteLength; i++) {
    const byte = bytes[i] ?? 0
    digits[2 * i] = DIGITS[byte >> 4] ?? 0
    digits[2 * i + 1] = DIGITS[byte & 15] ?? 0
  }
  return ascii.decode(digits)
}

/** Hex with or without `0x` to bytes. @throws DecodeError on anything else. */
export function fromHex(text: string): Uint8Array {
  const digits = text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text
  if (!HEX.test(digits)) throw new DecodeError(`"${text.slice(0, 80)}" is not hexadecimal.`)
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.byteLength; i++) bytes[i] = (digitAt(digits, 2 * i) << 4) | digitAt(digits, 2 * i + 1)
  return bytes
}

/** The value of a digit that is one: of `a` (0x61) and `A` (0x41) alike 10. */
function digitAt(digits: string, index: number): number {
  const code = digits.charCodeAt(index)
  return code <= 0x39 ? code - 0x30 : (code & 0x0f) + 9
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false
  for (let i = 0; i < a.byteLength; i++) if (a[i] !== b[i]) return false
  return true
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.byteLength
  const out = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.byteLength
  }
  return out
}

/** Bytes that `text` takes in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).byteLength
}

/** 64 bits of a number on their way: a view of its own for each number would cost more than the rest. */
const word = new DataView(new ArrayBuffer(8))

/** Unsigned big-endian encoding of `value` in exactly `length` bytes. @throws RangeError when it does not fit. */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  if (BigInt.asUintN(length * 8, value) !== value) throw new RangeError(`${value} does not fit ${length} bytes`)
  const out = new Uint8Array(length)
  let at = length
  for (let rest = value; rest !== 0n; rest >>= 64n) {
    word.setBigUint64(0, rest)
    for (let i = 7; i >= 0 && at > 0; i--) out[--at] = word.getUint8(i)
  }
  return out
}

/** Unsigned big-endian bytes to a bigint; of no bytes: 0. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  let at = bytes.byteLength % 8
  let value = wordOf(bytes, 0, at)
  for (; at < bytes.byteLength; at += 8) value = (value << 64n) | wordOf(bytes, at, at + 8)
  return value
}

/** The value of at most eight bytes. */
function wordOf(bytes: Uint8Array, from: number, to: number): bigint {
  let high = 0
  let low = 0
  let at = from
  for (; at < to - 4; at++) high = (high << 8) | (bytes[at] ?? 0)
  for (; at < to; at++) low = (low << 8) | (bytes[at] ?? 0)
  word.setInt32(0, high)
  word.setInt32(4, low)
  return word.getBigUint64(0)
}
