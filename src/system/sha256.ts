import { createHash, hash } from 'node:crypto'

export const HASH_BYTES = 32

/** SHA-256 of `bytes`. The one place where it meets the platform, so that another platform replaces one file. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/** SHA-256 of what comes piece by piece. */
export interface Sha256 {
  update(bytes: Uint8Array): void
  /** Once, at the end. */
  digest(): Uint8Array
}

export function createSha256(): Sha256 {
  const running = createHash('sha256')
  return {
    update(bytes) {
      running.update(bytes)
    },
    digest: () => running.digest(),
  }
}
