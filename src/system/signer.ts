import { secp256k1 as pureSecp256k1 } from '@noble/curves/secp256k1.js'
import nativeSecp256k1 from 'secp256k1'
import { bytesToBigint, equalBytes, fromHex } from '../domain/bytes.ts'
import { type Address, addressOf } from '../domain/ids.ts'
import { keccak256 } from './keccak.ts'

/** Bytes of a compact signature: r, then yParity in the top bit of s (EIP-2098). */
export const SIGNATURE_LENGTH = 64

/** Half of the curve order: a signature with a larger s is malleable and refused (EIP-2). */
const HALF_ORDER = pureSecp256k1.Point.Fn.ORDER / 2n

/** Holds one account's key. The key never leaves it. */
export interface Signer {
  readonly address: Address
  /** Deterministic (RFC 6979) low-s signature over a 32-byte digest, 64 bytes, EIP-2098. */
  signDigest(digest: Uint8Array): Uint8Array
}

export function createSigner(privateKey: Uint8Array): Signer {
  const key = new Uint8Array(privateKey)
  return {
    address: addressOf(accountOfPublicKey(nativeSecp256k1.publicKeyCreate(key, false))),
    signDigest(digest) {
      const { signature, recid } = nativeSecp256k1.ecdsaSign(digest, key)
      const compact = new Uint8Array(signature)
      if (recid === 1) compact[32] = (compact[32] ?? 0) | 0x80
      return compact
    },
  }
}

/** The account that signed `digest`, or `undefined` for any signature that is not valid, not 64 bytes or high-s. */
export function recoverSigner(digest: Uint8Array, signature: Uint8Array): Address | undefined {
  const account = recoverAccount(digest, signature)
  return account === undefined ? undefined : addressOf(account)
}

/** Did `signer` sign `digest`? By the bytes of the account: the checksum of an address costs as much as a quarter of the recovery. */
export function isSignedBy(signer: Address, digest: Uint8Array, signature: Uint8Array): boolean {
  const account = recoverAccount(digest, signature)
  return account !== undefined && equalBytes(account, fromHex(signer))
}

function recoverAccount(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  if (signature.byteLength !== SIGNATURE_LENGTH) return undefined
  // a Buffer's `slice` shares memory: the caller's signature must not change
  const compact = new Uint8Array(signature)
  const yParity = (compact[32] ?? 0) >> 7
  compact[32] = (compact[32] ?? 0) & 0x7f
  if (bytesToBigint(compact.subarray(32)) > HALF_ORDER) return undefined
  try {
    return accountOfPublicKey(nativeSecp256k1.ecdsaRecover(compact, yParity, digest, false))
  } catch {
    return undefined // r or s out of range, or no such point on the curve
  }
}

function accountOfPublicKey(uncompressed: Uint8Array): Uint8Array {
  return keccak256(uncompressed.subarray(1)).subarray(12)
}
