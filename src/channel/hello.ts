import { fromHex } from '../domain/bytes.ts'
import type { ChannelId, PeerIdText } from '../domain/ids.ts'
import type { Signer } from '../system/signer.ts'
import { hashText, type SigningDomain, signingDigest, structHash, typeHash } from './eip712.ts'
import type { SignedBy } from './signed-by.ts'

/** Bytes of the nonce that the payee chooses for a stream: as many as a word, so that it never repeats. */
export const HELLO_NONCE_LENGTH = 32

/** Who proves what to whom. Both peer ids are signed, so a payee cannot pass the proof on to another payee's stream. */
export interface HelloClaim {
  readonly payerPeerId: PeerIdText
  readonly payeePeerId: PeerIdText
  readonly channelId: ChannelId
  readonly nonce: Uint8Array
}

const HELLO_TYPE = typeHash('Hello(string payerPeerId,string payeePeerId,bytes32 channelId,bytes32 nonce)')

/** @throws RangeError when the nonce has not 32 bytes */
export function helloDigest(domain: SigningDomain, claim: HelloClaim): Uint8Array {
  if (claim.nonce.byteLength !== HELLO_NONCE_LENGTH)
    throw new RangeError(`a HELLO nonce has ${HELLO_NONCE_LENGTH} bytes, not ${claim.nonce.byteLength}`)
  const hash = structHash(
    HELLO_TYPE,
    hashText(claim.payerPeerId),
    hashText(claim.payeePeerId),
    fromHex(claim.channelId),
    claim.nonce,
  )
  return signingDigest(domain, hash)
}

/** Proof that this peer holds the key of the channel's payer (docs/specs/01-voucher.md §6). */
export function signHello(domain: SigningDomain, signer: Signer, claim: HelloClaim): Uint8Array {
  return signer.signDigest(helloDigest(domain, claim))
}

export function isHelloSigned(
  domain: SigningDomain,
  claim: HelloClaim,
  signature: Uint8Array,
  signedByPayer: SignedBy,
): ReturnType<SignedBy> {
  if (claim.nonce.byteLength !== HELLO_NONCE_LENGTH) return false
  return signedByPayer(helloDigest(domain, claim), signature)
}
