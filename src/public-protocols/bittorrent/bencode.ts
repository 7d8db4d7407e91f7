import { DecodeError } from '../../domain/errors.ts'

/** What bencoding can say (BEP 3). Strings are bytes; the keys of a dictionary are read as Latin-1, one character a byte. */
export type Bencoded = number | Uint8Array | readonly Bencoded[] | BencodedDict
export type BencodedDict = ReadonlyMap<string, Bencoded>

/** As deep as anything of BitTorrent goes, and some. */
const MAX_DEPTH = 16
/** Values in all, so that a few bytes do not become a great many objects. */
const MAX_VALUES = 100_000
/** Digits of a number, or of the length of a string: what is exact as a number. */
const MAX_DIGITS = 15

const END = 0x65 // e
const INTEGER = 0x69 // i
const LIST = 0x6c // l
const DICTIONARY = 0x64 // d
const COLON = 0x3a
const ZERO = 0x30
const MINUS = 0x2d

/** Strings of text are written as UTF-8, dictionaries with their keys in order. */
export function encodeBencode(value: Encodable): Uint8Array {
  const parts: Uint8Array[] = []
  write(value, parts)
  return Buffer.concat(parts)
}

type Encodable = number | string | Uint8Array | readonly Encodable[] | { readonly [key: string]: Encodable | undefined }

function write(value: Encodable, parts: Uint8Array[]): void {
  if (typeof value === 'number') return void parts.push(Buffer.from(`i${value}e`))
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return void parts.push(Buffer.from(`${bytes.byteLength}:`), bytes)
  }
  if (isList(value)) {
    parts.push(Buffer.from('l'))
    for (const item of value) write(item, parts)
  } else {
    parts.push(Buffer.from('d'))
    // BEP 3: "keys must be strings and appear in sorted order (sorted as raw strings, not alphanumerics)"
    for (const key of Object.keys(value).sort()) {
      const item = value[key]
      if (item === undefined) continue
      write(Buffer.from(key, 'latin1'), parts)
      write(item, parts)
    }
  }
  parts.push(Buffer.from('e'))
}

function isList(value: readonly Encodable[] | object): value is readonly Encodable[] {
  return Array.isArray(value)
}

/**
 * One value and nothing behind it. Numbers are whole and written in the shortest way; keys may come in any order, since many programs write them so,
 * but each once.
 * @throws DecodeError
 */
export function decodeBencode(bytes: Uint8Array): Bencoded {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (reader.at !== bytes.byteLength) throw new DecodeError('Something stands behind a bencoded value.')
  return value
}

class Reader {
  readonly #bytes: Uint8Array
  #values = 0
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  value(depth: number): Bencoded {
    if (depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw new DecodeError('A bencoded value is too large.')
    const first = this.#bytes[this.at]
    if (first !== INTEGER && first !== LIST && first !== DICTIONARY) return this.#text()
    this.at++
    if (first === INTEGER) return this.#number(END)
    return first === LIST ? this.#list(depth) : this.#dictionary(depth)
  }

  #list(depth: number): Bencoded[] {
    const items: Bencoded[] = []
    while (!this.#ends()) items.push(this.value(depth + 1))
    return items
  }

  #dictionary(depth: number): BencodedDict {
    const entries = new Map<string, Bencoded>()
    while (!this.#ends()) {
      const key = Buffer.from(this.#text()).toString('latin1')
      if (entries.has(key)) throw new DecodeError('A bencoded dictionary has a key twice.')
      entries.set(key, this.value(depth + 1))
    }
    return entries
  }

  #ends(): boolean {
    if (this.#bytes[this.at] !== END) return false
    this.at++
    return true
  }

  #text(): Uint8Array {
    const length = this.#number(COLON)
    const end = this.at + length
    if (length < 0 || end > this.#bytes.byteLength) throw new DecodeError('A bencoded string ends early.')
    const text = this.#bytes.subarray(this.at, end)
    this.at = end
    return text
  }

  /** Digits, perhaps behind a minus, and what ends them. */
  #number(end: number): number {
    const isNegative = this.#bytes[this.at] === MINUS
    if (isNegative) this.at++
    const start = this.at
    let value = 0
    for (let digit = this.#digit(); digit !== undefined; digit = this.#digit()) value = 10 * value + digit
    const digits = this.at - start
    const startsWithZero = this.#bytes[start] === ZERO
    if (
      this.#bytes[this.at] !== end ||
      digits === 0 ||
      digits > MAX_DIGITS ||
      (startsWithZero && (digits > 1 || isNegative))
    )
      throw new DecodeError('A bencoded number is not one.')
    this.at++
    return isNegative ? -value : value
  }

  #digit(): number | undefined {
    const digit = (this.#bytes[this.at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return undefined
    this.at++
    return digit
  }
}
