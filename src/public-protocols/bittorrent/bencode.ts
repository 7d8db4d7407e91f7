import { concatBytes } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { MAX_BENCODE_DEPTH, MAX_BENCODE_VALUES } from './limits.ts'

/** A value of BEP 3's encoding. Keys are byte strings; here each byte is a character. */
export type Bencoded = number | Uint8Array | readonly Bencoded[] | BencodedDict
export type BencodedDict = ReadonlyMap<string, Bencoded>

/** What can be encoded: text is written in UTF-8, and what is undefined is left out. */
export type Bencodable = Bencoded | string | readonly Bencodable[] | BencodableDict
export interface BencodableDict {
  readonly [key: string]: Bencodable | undefined
}

const utf8 = new TextEncoder()
const [I, L, D, E, COLON] = [0x69, 0x6c, 0x64, 0x65, 0x3a] as const

/** The one encoding of a value: keys are sorted as bytes. */
export function encodeBencode(value: Bencodable): Uint8Array {
  const parts: Uint8Array[] = []
  write(value, parts)
  return concatBytes(...parts)
}

function write(value: Bencodable, parts: Uint8Array[]): void {
  if (typeof value === 'number') parts.push(utf8.encode(`i${value}e`))
  else if (typeof value === 'string') writeBytes(utf8.encode(value), parts)
  else if (value instanceof Uint8Array) writeBytes(value, parts)
  else if (isList(value)) {
    parts.push(Uint8Array.of(L))
    for (const each of value) write(each, parts)
    parts.push(Uint8Array.of(E))
  } else {
    parts.push(Uint8Array.of(D))
    const entries: (readonly [string, Bencodable | undefined])[] =
      value instanceof Map ? [...value] : Object.entries(value)
    for (const [key, each] of entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (each === undefined) continue
      writeBytes(Buffer.from(key, 'latin1'), parts)
      write(each, parts)
    }
    parts.push(Uint8Array.of(E))
  }
}

function isList(value: Bencodable): value is readonly Bencodable[] {
  return Array.isArray(value)
}

function writeBytes(bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(utf8.encode(`${bytes.byteLength}:`), bytes)
}

/**
 * One value that is all of `bytes`; byte strings are views of it. Keys may be in any order, as some clients write them.
 * @throws DecodeError for anything else, numbers beyond 2^53 and what is nested too deeply included
 */
export function decodeBencode(bytes: Uint8Array): Bencoded {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (!reader.isAtEnd) throw new DecodeError('Bencoded bytes go on after their value.')
  return value
}

/** As `decodeBencode`, of a dictionary. @throws DecodeError */
export function decodeDict(bytes: Uint8Array): BencodedDict {
  const value = decodeBencode(bytes)
  if (value instanceof Map) return value
  throw new DecodeError('Bencoded bytes are no dictionary.')
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0
  #values = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength
  }

  value(depth: number): Bencoded {
    if (depth > MAX_BENCODE_DEPTH || ++this.#values > MAX_BENCODE_VALUES)
      throw new DecodeError('A bencoded value has too many parts.')
    const first = this.#bytes[this.#at]
    if (first === I) {
      this.#at++
      return this.#integer(E, /^(?:0|-?[1-9]\d{0,15})$/)
    }
    if (first === L) return this.#list(depth)
    if (first === D) return this.#dict(depth)
    return this.#string()
  }

  #list(depth: number): Bencoded[] {
    const list: Bencoded[] = []
    this.#at++
    while (!this.#ends()) list.push(this.value(depth + 1))
    return list
  }

  #dict(depth: number): BencodedDict {
    const dict = new Map<string, Bencoded>()
    this.#at++
    while (!this.#ends()) {
      const key = Buffer.from(this.#string()).toString('latin1')
      if (dict.has(key)) throw new DecodeError('A bencoded dictionary has a key twice.')
      dict.set(key, this.value(depth + 1))
    }
    return dict
  }

  #ends(): boolean {
    const ends = this.#bytes[this.#at] === E
    if (ends) this.#at++
    return ends
  }

  #string(): Uint8Array {
    const length = this.#integer(COLON, /^(?:0|[1-9]\d{0,9})$/)
    const start = this.#at
    if (length > this.#bytes.byteLength - start) throw new DecodeError('A bencoded string is cut off.')
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  #integer(end: number, form: RegExp): number {
    const stop = this.#bytes.subarray(this.#at, this.#at + 20).indexOf(end)
    const text = stop < 0 ? '' : Buffer.from(this.#bytes.subarray(this.#at, this.#at + stop)).toString('latin1')
    const value = Number(text)
    if (!form.test(text) || !Number.isSafeInteger(value)) throw new DecodeError('A bencoded number is not one.')
    this.#at += stop + 1
    return value
  }
}
