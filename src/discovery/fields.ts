import { type Wei, wei } from '../domain/amount.ts'
import { bigintToBytes, bytesToBigint, fromHex, toHex, utf8Length } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { MAX_AMOUNT_BYTES, MAX_SEQUENCE_BYTES } from './protocol.ts'

/** Reading the fields of a decoded message: each returns the domain value or throws a DecodeError that names the field. */

/**
 * The same bytes as a plain Uint8Array. protobufjs and sockets hand out Buffers, whose `slice` shares memory where a
 * Uint8Array's copies: code that changes its copy would change the message.
 */
export function plainBytes(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

export function exactBytes(value: Uint8Array, length: number, name: string): Uint8Array {
  if (value.byteLength !== length)
    throw new DecodeError(`${name} has ${value.byteLength} bytes where ${length} are needed.`)
  return plainBytes(value)
}

/** `0x` and lower-case digits. */
export function hexField(value: Uint8Array, length: number, name: string): string {
  return `0x${toHex(exactBytes(value, length, name))}`
}

export function boundedText(value: string, maxBytes: number, name: string): string {
  if (utf8Length(value) > maxBytes) throw new DecodeError(`${name} is longer than ${maxBytes} bytes.`)
  return value
}

export function boundedList(
  values: readonly string[],
  limits: { count: number; bytes: number },
  name: string,
): string[] {
  if (values.length > limits.count) throw new DecodeError(`${name} lists ${values.length}, more than ${limits.count}.`)
  return values.map((value) => boundedText(value, limits.bytes, name))
}

/** Unsigned big-endian without leading zeros, so that every value has one form. */
function readUint(value: Uint8Array, maxBytes: number, name: string): bigint {
  if (value.byteLength > maxBytes) throw new DecodeError(`${name} is larger than ${maxBytes} bytes hold.`)
  if (value[0] === 0) throw new DecodeError(`${name} has leading zeros.`)
  return bytesToBigint(value)
}

export function writeUint(value: bigint | number): Uint8Array {
  const digits = BigInt(value).toString(16)
  return value === 0 || value === 0n ? new Uint8Array(0) : bigintToBytes(BigInt(value), Math.ceil(digits.length / 2))
}

export function readAmount(value: Uint8Array, name: string): Wei {
  return wei(readUint(value, MAX_AMOUNT_BYTES, name))
}

/** @throws RangeError when it is more than a channel can ever hold */
export function writeAmount(value: Wei): Uint8Array {
  if (value >= 1n << BigInt(MAX_AMOUNT_BYTES * 8)) throw new RangeError(`${value} wei is more than a channel can hold`)
  return writeUint(value)
}

export function readSequence(value: Uint8Array): number {
  return Number(readUint(value, MAX_SEQUENCE_BYTES, 'sequence'))
}

export function readSize(value: Uint8Array, max: number): number {
  const size = readUint(value, 7, 'size_bytes')
  if (size > BigInt(max)) throw new DecodeError(`size_bytes is ${size}, more than ${max}.`)
  return Number(size)
}

/** Seconds on the wire, milliseconds in the program. */
export function readInstant(seconds: number, name: string): number {
  if (seconds === 0) throw new DecodeError(`${name} is missing.`)
  return seconds * 1000
}

export function writeInstant(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

export function hexBytes(text: string): Uint8Array {
  return fromHex(text)
}

/** Runs a generated decoder; whatever it throws becomes a DecodeError. */
export function decodeMessage<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array, name: string): T {
  try {
    return decode(bytes)
  } catch {
    throw new DecodeError(`${name} is not a valid message.`)
  }
}
