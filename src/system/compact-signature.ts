import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToBigint, equalBytes, fromHex } from '../domain/bytes.ts'
import { type Address, addressOf } from '../domain/ids.ts'
import { keccak256 } from './keccak.ts'

/** Bytes of a compact signature: r, then yParity in the top bit of s (EIP-2098). */
export const SIGNATURE_LENGTH = 64

/** Half of the curve order: a signature with a larger s is malleable and refused (EIP-2). */
const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n

/** The uncompressed public key, 65 bytes, by r and s, 64 bytes. Throws when r or s is out of range, or there is no such point on the curve. */
export type RecoverPublicKey = (rs: Uint8Array, yParity: number, digest: Uint8Array) => Uint8Array

/** Tells who signed a digest, by whichever library recovers keys. */
export function signatureChecks(recoverPublicKey: RecoverPublicKey) {
  const recoverAccount = (digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined => {
    if (signature.byteLength !== SIGNATURE_LENGTH) return undefined
    const rs = new Uint8Array(signature) // a Buffer's `slice` shares memory: the caller's signature must not change
    const yParity = (rs[32] ?? 0) >> 7
    rs[32] = (rs[32] ?? 0) & 0x7f
    if (bytesToBigint(rs.subarray(32)) > HALF_ORDER) return undefined
    try {
      return accountOfPublicKey(recoverPublicKey(rs, yParity, digest))
    } catch {
      return undefined
    }
  }
  return {
    /** The account that signed `digest`, or `undefined` for any signature that is not valid, not 64 bytes or high-s. */
    recoverSigner(digest: Uint8Array, signature: Uint8Array): Address | undefined {
      const account = recoverAccount(digest, signature)
      return account === undefined ? undefined : addressOf(account)
    },

    /** Did `signer` sign `digest`? By the bytes of the account: the checksum of an address costs as much as a quarter of the recovery. */
    isSignedBy(signer: Address, digest: Uint8Array, signature: Uint8Array): boolean {
      const account = recoverAccount(digest, signature)
      return account !== undefined && equalBytes(account, fromHex(signer))
    },
  }
}

/** The last 20 bytes of the hash of an uncompressed public key. */
export function accountOfPublicKey(uncompressed: Uint8Array): Uint8Array {
  return keccak256(uncompressed.subarray(1)).subarray(12)
}
