import { bigintToBytes, bytesToBigint } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import type { Random } from '../../../system/random.ts'

/** Of a public key, and of the secret. */
export const KEY_BYTES = 96
/** Longer ones make it slower and nothing safer: 768 bits of modulus are worth less. */
const PRIVATE_KEY_BYTES = 20
const GENERATOR = 2n
const PRIME = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563',
)

export interface Agreement {
  readonly publicKey: Uint8Array
  /** What both sides know from now on. */
  readonly secret: Uint8Array
}

/**
 * Diffie and Hellman's key agreement over the prime of MSE, with a key for this once: what its time tells is worth nothing later.
 * Not that of node:crypto, which proves anew for each connection that the prime is one: that takes thirty times as long and more.
 * @throws DecodeError for a number of which everybody knows the secret
 */
export function agree(theirKey: Uint8Array, random: Random): Agreement {
  const theirs = bytesToBigint(theirKey)
  if (theirs < 2n || theirs > PRIME - 2n) throw new DecodeError('A peer opened a connection with a key that is none.')
  const own = bytesToBigint(random.bytes(PRIVATE_KEY_BYTES))
  return {
    publicKey: bigintToBytes(power(GENERATOR, own), KEY_BYTES),
    secret: bigintToBytes(power(theirs, own), KEY_BYTES),
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % PRIME
    square = (square * square) % PRIME
  }
  return result
}
