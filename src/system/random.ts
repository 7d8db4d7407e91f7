import { randomBytes } from 'node:crypto'

/** Randomness, passed in so that a test can seed it. */
export interface Random {
  /** `length` bytes from a cryptographically secure source. */
  bytes(length: number): Uint8Array
}

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
}
