import { secp256k1 } from '@noble/curves/secp256k1.js'
import { addressOf } from '../../domain/ids.ts'
import { accountOfPublicKey, SIGNATURE_LENGTH, signatureChecks } from '../../system/compact-signature.ts'
import type { Signer } from '../../system/signer.ts'

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

export const { recoverSigner, isSignedBy } = signatureChecks((rs, yParity, digest) => {
  const recovered = new Uint8Array(1 + SIGNATURE_LENGTH)
  recovered[0] = yParity
  recovered.set(rs, 1)
  const publicKey = secp256k1.recoverPublicKey(recovered, digest, { prehash: false })
  return secp256k1.Point.fromBytes(publicKey).toBytes(false)
})
