import { fromHex, toHex } from '../../domain/bytes.ts'
import { DecodeError } from '../../domain/errors.ts'
import { MD4_BYTES } from '../../system/md4.ts'

/** 32 lower-case hex digits: what eDonkey names a file by (docs/specs/14-ed2k.md §2). */
export type Ed2kHash = string & { readonly __brand: 'Ed2kHash' }

/** @throws DecodeError unless 32 hex digits */
export function parseEd2kHash(text: string): Ed2kHash {
  if (!/^[0-9a-f]{32}$/i.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is not an ed2k hash: 32 hexadecimal digits are needed.`)
  return text.toLowerCase() as Ed2kHash
}

/** @throws DecodeError unless 16 bytes */
export function ed2kHashOf(bytes: Uint8Array): Ed2kHash {
  if (bytes.byteLength !== MD4_BYTES) throw new DecodeError(`An ed2k hash has 16 bytes, not ${bytes.byteLength}.`)
  return toHex(bytes) as Ed2kHash
}

export function ed2kHashBytes(hash: Ed2kHash): Uint8Array {
  return fromHex(hash)
}
