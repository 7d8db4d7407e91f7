import { createSHA256 } from 'hash-wasm'
import type { Sha256 } from '../../system/sha256.ts'

export const HASH_BYTES = 32

const hasher = await createSHA256()

/** In WebAssembly: what the browser has itself answers later, and the books are kept in one turn. */
export function sha256(bytes: Uint8Array): Uint8Array {
  hasher.init()
  hasher.update(bytes)
  return hasher.digest('binary')
}

/** The state of `hasher` after what came so far; it works for others in between. */
export function createSha256(): Sha256 {
  hasher.init()
  let state = hasher.save()
  return {
    update(bytes) {
      hasher.load(state)
      hasher.update(bytes)
      state = hasher.save()
    },
    digest() {
      hasher.load(state)
      return hasher.digest('binary')
    },
  }
}
