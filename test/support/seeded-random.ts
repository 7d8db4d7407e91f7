import { createHash } from 'node:crypto'
import type { Random } from '../../src/system/random.ts'

/** Reproducible bytes: SHA-256 in counter mode over a seed. */
export function seededRandom(seed: string): Random {
  let counter = 0
  let pool = new Uint8Array(0)
  return {
    bytes(length) {
      const out = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        if (pool.byteLength === 0) pool = new Uint8Array(createHash('sha256').update(`${seed}:${counter++}`).digest())
        const take = Math.min(pool.byteLength, length - filled)
        out.set(pool.subarray(0, take), filled)
        pool = pool.subarray(take)
        filled += take
      }
      return out
    },
  }
}
