import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToBigint, equalBytes, fromHex } from '../../domain/bytes.ts'
import { type Address, addressOf } from '../../domain/ids.ts'
import { keccak256 } from '../../system/keccak.ts'
import type { Signer } from '../../system/signer.ts'

export const SIGNATURE_LENGTH = 64

const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n
/** The digest is signed as it is: it is a hash already. */
const AS_IT_IS = { prehash: false, lowS: true, format: 'recovered' } as const

/** The same bytes as `system/signer.ts`, without native code. */
export function createSigner(privateKey: Uint8Array): Signer {
  const key = new Uint8Array(privateKey)
  return {
    address: addressOf(accountOfPublicKey(secp256k1.getPublicKey(key, false))),
    signDigest(digest) {
      // yParity, then r and s
      const signature = secp256k1.sign(digest, key, AS_IT_IS)
      const compact = signature.slice(1)
      if (signature[0] === 1) compact[32] = (compact[32] ?? 0) | 0x80
      return compact
    },
  }
}

export function recoverSigner(digest: Uint8Array, signature: Uint8Array): Address | undefined {
  const account = recoverAccount(digest, signature)
  return account === undefined ? undefined : addressOf(account)
}

export function isSignedBy(signer: Address, digest: Uint8Array, signature: Uint8Array): boolean {
  const account = recoverAccount(digest, signature)
  return account !== undefined && equalBytes(account, fromHex(signer))
}

function recoverAccount(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  if (signature.byteLength !== SIGNATURE_LENGTH) return undefined
  const recovered = new Uint8Array(1 + SIGNATURE_LENGTH)
  recovered.set(signature, 1)
  recovered[0] = (recovered[33] ?? 0) >> 7
  recovered[33] = (recovered[33] ?? 0) & 0x7f
  if (bytesToBigint(recovered.subarray(33)) > HALF_ORDER) return undefined
  try {
    const publicKey = secp256k1.recoverPublicKey(recovered, digest, { prehash: false })
    return accountOfPublicKey(secp256k1.Point.fromBytes(publicKey).toBytes(false))
  } catch {
    return undefined // r or s out of range, or no such point on the curve
  }
}

function accountOfPublicKey(uncompressed: Uint8Array): Uint8Array {
  return keccak256(uncompressed.subarray(1)).subarray(12)
}
