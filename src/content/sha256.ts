import { hash } from 'node:crypto'

export const HASH_BYTES = 32

/** SHA-256 of `bytes`. The one place content hashing meets the platform, so that another platform replaces one file. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
