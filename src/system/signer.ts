import secp256k1 from 'secp256k1'
import { type Address, addressOf } from '../domain/ids.ts'
import { accountOfPublicKey, signatureChecks } from './compact-signature.ts'

/** Holds one account's key. The key never leaves it. */
export interface Signer {
  readonly address: Address
  /** Deterministic (RFC 6979) low-s signature over a 32-byte digest, 64 bytes, EIP-2098. */
  signDigest(digest: Uint8Array): Uint8Array
}

export function createSigner(privateKey: Uint8Array): Signer {
  const key = new Uint8Array(privateKey)
  return {
    address: addressOf(accountOfPublicKey(secp256k1.publicKeyCreate(key, false))),
    signDigest(digest) {
      const { signature, recid } = secp256k1.ecdsaSign(digest, key)
      const compact = new Uint8Array(signature)
      if (recid === 1) compact[32] = (compact[32] ?? 0) | 0x80
      return compact
    },
  }
}

export const { recoverSigner, isSignedBy } = signatureChecks((rs, yParity, digest) =>
  secp256k1.ecdsaRecover(rs, yParity, digest, false),
)
