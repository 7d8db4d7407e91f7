import { concatBytes } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import { type FieldReader, u8, u16, u32, u64 } from './fields.ts'
import { MAX_TAGS } from './limits.ts'

/** Types of tags; the others are of values nobody here asks for. */
const TYPE = {
  hash: 0x01,
  string: 0x02,
  u32: 0x03,
  float: 0x04,
  flag: 0x05,
  u16: 0x08,
  u8: 0x09,
  bytes: 0x0a,
  u64: 0x0b,
}
/** A string of 1 to 16 bytes has a type of its own length. */
const FIRST_SHORT_STRING = 0x11
const LAST_SHORT_STRING = 0x20
const LARGEST = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff }

/** The numbers among the tags of a list, by their names of one byte; of two with one name the first. */
export type NumberTags = ReadonlyMap<number, number>

/** Reads a list of tags, of which numbers alone are kept. @throws DecodeError */
export function readTags(reader: FieldReader): NumberTags {
  const count = reader.u8()
  if (count > MAX_TAGS) throw new DecodeError(`A list has ${count} tags, more than ${MAX_TAGS}.`)
  const tags = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const type = reader.u8()
    const name = reader.bytes(reader.u16())
    const value = readValue(reader, type)
    const [key] = name
    if (name.byteLength === 1 && key !== undefined && value !== undefined && !tags.has(key)) tags.set(key, value)
  }
  return tags
}

/** A list of numbers, each in the shortest form that holds it. */
export function writeTags(tags: readonly (readonly [name: number, value: number])[]): Uint8Array {
  return concatBytes(u8(tags.length), ...tags.map(([name, value]) => writeTag(name, value)))
}

/** The value, where it is a number. */
function readValue(reader: FieldReader, type: number): number | undefined {
  switch (type) {
    case TYPE.u8:
      return reader.u8()
    case TYPE.u16:
      return reader.u16()
    case TYPE.u32:
      return reader.u32()
    case TYPE.u64:
      return reader.u64()
  }
  reader.bytes(otherLength(reader, type))
  return undefined
}

/** How many bytes a value has that is no number. */
function otherLength(reader: FieldReader, type: number): number {
  if (type >= FIRST_SHORT_STRING && type <= LAST_SHORT_STRING) return type - FIRST_SHORT_STRING + 1
  switch (type) {
    case TYPE.hash:
      return 16
    case TYPE.float:
      return 4
    case TYPE.flag:
      return 1
    case TYPE.string:
      return reader.u16()
    case TYPE.bytes:
      return reader.u8()
  }
  throw new DecodeError(`A tag has the unknown type ${type}.`)
}

function writeTag(name: number, value: number): Uint8Array {
  const head = (type: number): Uint8Array => concatBytes(u8(type), u16(1), u8(name))
  if (value <= LARGEST.u8) return concatBytes(head(TYPE.u8), u8(value))
  if (value <= LARGEST.u16) return concatBytes(head(TYPE.u16), u16(value))
  if (value <= LARGEST.u32) return concatBytes(head(TYPE.u32), u32(value))
  return concatBytes(head(TYPE.u64), u64(value))
}
