import { concatBytes } from '../../domain/bytes.ts'
import { type Ed2kHash, ed2kHashBytes } from './ed2k-hash.ts'

const PURPOSE = new TextEncoder().encode('chiral ed2k 1')

/** What a grant is proved over: this file, on this connection and no other. SPEC 14 §6. */
export function proofContext(of: {
  readonly hash: Ed2kHash
  /** Of the seeder's hello. */
  readonly nonce: Uint8Array
  readonly leecher: Uint8Array
  readonly seeder: Uint8Array
}): Uint8Array {
  return concatBytes(PURPOSE, of.nonce, ed2kHashBytes(of.hash), of.leecher, of.seeder)
}
