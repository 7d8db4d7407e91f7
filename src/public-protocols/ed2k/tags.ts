import { DecodeError } from '../../domain/errors.ts'
import { MAX_TAG_TEXT_BYTES, MAX_TAGS } from './limits.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

/** What a tag holds. Integers are `bigint` only where they came in eight bytes. */
export type TagValue = string | number | bigint | boolean | Uint8Array

/** A named value. Names of one byte, by which almost all go, are numbers. */
export interface Tag {
  readonly name: number | string
  readonly value: TagValue
}

/** A value and how wide it is to be sent, where that is not for the writer to choose. */
export interface TagToWrite {
  readonly name: number | string
  readonly value: string | number | bigint | Uint8Array
  /** Bytes of an integer; absent: four, of a `bigint` eight. */
  readonly width?: 1 | 2 | 4 | undefined
}

// Types (docs/specs/14-ed2k.md §3.2).
const HASH = 0x01
const STRING = 0x02
const UINT32 = 0x03
const FLOAT32 = 0x04
const BOOL = 0x05
const BLOB = 0x07
const UINT16 = 0x08
const UINT8 = 0x09
const BSOB = 0x0a
const UINT64 = 0x0b
/** `SHORT_STRING + n`: text of n bytes, 1 to 16. */
const SHORT_STRING = 0x10
const LONGEST_SHORT = 16
/** Set in the type of a tag whose name is one byte, with no length before it. */
const COMPACT = 0x80

/** Tags after their count, in either form. `count`: as it stands before them. @throws DecodeError */
export function readTags(reader: WireReader, count: number): Tag[] {
  if (count > MAX_TAGS) throw new DecodeError(`A message has ${count} tags; ${MAX_TAGS} are read.`)
  return Array.from({ length: count }, () => readTag(reader))
}

/** One tag, in either form. @throws DecodeError */
export function readTag(reader: WireReader): Tag {
  const type = reader.u8()
  const name = (type & COMPACT) === 0 ? readName(reader) : reader.u8()
  return { name, value: readValue(reader, type & ~COMPACT) }
}

/** In the form that every client reads: a name with its length, types of fixed width. */
export function writeTag(writer: WireWriter, { name, value, width }: TagToWrite): void {
  writer.u8(typeOf(value, width))
  if (typeof name === 'number') writer.u16(1).u8(name)
  else writer.text(name)
  if (typeof value === 'string') writer.text(value)
  else if (typeof value === 'bigint') writer.u64(value)
  else if (typeof value !== 'number') writer.bytes(value)
  else if (width === 1) writer.u8(value)
  else if (width === 2) writer.u16(value)
  else writer.u32(value)
}

function typeOf(value: TagToWrite['value'], width: TagToWrite['width']): number {
  if (typeof value === 'string') return STRING
  if (typeof value === 'bigint') return UINT64
  if (typeof value === 'number') return width === 1 ? UINT8 : width === 2 ? UINT16 : UINT32
  if (value.byteLength !== 16) throw new RangeError(`bytes in a tag are a hash of 16, not ${value.byteLength}`)
  return HASH
}

function readName(reader: WireReader): number | string {
  const length = reader.u16()
  if (length === 1) return reader.u8()
  return reader.text(bounded(length))
}

function readValue(reader: WireReader, type: number): TagValue {
  if (type > SHORT_STRING && type <= SHORT_STRING + LONGEST_SHORT) return reader.text(type - SHORT_STRING)
  switch (type) {
    case HASH:
      return reader.bytes(16)
    case STRING:
      return reader.text(bounded(reader.u16()))
    case UINT32:
      return reader.u32()
    case FLOAT32:
      return reader.f32()
    case BOOL:
      return reader.u8() !== 0
    case BLOB:
      return reader.bytes(bounded(reader.u32()))
    case UINT16:
      return reader.u16()
    case UINT8:
      return reader.u8()
    case BSOB:
      return reader.bytes(reader.u8())
    case UINT64:
      return reader.u64()
    default:
      // Its length is not known, so nothing after it can be read.
      throw new DecodeError(`A tag has the unknown type ${type}.`)
  }
}

function bounded(length: number): number {
  if (length > MAX_TAG_TEXT_BYTES)
    throw new DecodeError(`A tag has ${length} bytes; at most ${MAX_TAG_TEXT_BYTES} are read.`)
  return length
}
