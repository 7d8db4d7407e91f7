import { DecodeError } from '../../../domain/errors.ts'
import { readTags, writeTag } from '../tags.ts'
import type { WireReader } from '../wire-reader.ts'
import type { WireWriter } from '../wire-writer.ts'
import { MAX_TAGS } from './limits.ts'

/** The numbers of a list of tags, by their names of one byte; of two with one name the first. */
export type NumberTags = ReadonlyMap<number, number>

/** Reads a list of tags with its count before it, of which numbers alone are kept. @throws DecodeError */
export function readNumberTags(reader: WireReader): NumberTags {
  const count = reader.u8()
  if (count > MAX_TAGS) throw new DecodeError(`A list has ${count} tags, more than ${MAX_TAGS}.`)
  const numbers = new Map<number, number>()
  for (const { name, value } of readTags(reader, count)) {
    if (typeof name !== 'number' || numbers.has(name)) continue
    if (typeof value !== 'number' && typeof value !== 'bigint') continue
    if (Number.isSafeInteger(Number(value)) && value >= 0) numbers.set(name, Number(value))
  }
  return numbers
}

/** A list of numbers with its count before it, each in the shortest form that holds it. */
export function writeNumberTags(writer: WireWriter, tags: readonly (readonly [name: number, value: number])[]): void {
  writer.u8(tags.length)
  for (const [name, value] of tags)
    writeTag(writer, value > 0xffff_ffff ? { name, value: BigInt(value) } : { name, value, width: widthOf(value) })
}

function widthOf(value: number): 1 | 2 | 4 {
  return value <= 0xff ? 1 : value <= 0xffff ? 2 : 4
}
