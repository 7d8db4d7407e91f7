import { fromHex } from '../domain/bytes.ts'
import type { TransferRef } from '../domain/coin-transfer.ts'
import { type Address, type ChannelId, type EscrowId, fileHashBytes, type PeerIdText } from '../domain/ids.ts'
import { hashText, type SigningDomain, signingDigest, structHash, typeHash } from '../system/eip712.ts'
import { isSignedBy, recoverSigner, type Signer } from '../system/signer.ts'
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
  requireNonce(claim)
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

/** Who says that it sent a transfer, or, without one, whose account it is that paid by transfers before. */
export interface TransferHelloClaim extends Omit<HelloClaim, 'channelId'> {
  readonly transfer: TransferRef | undefined
}

const TRANSFER_HELLO_TYPE = typeHash(
  'TransferHello(string payerPeerId,string payeePeerId,bytes32 transactionHash,bytes32 fileHash,bytes32 nonce)',
)
const NO_WORD = new Uint8Array(32)

/** @throws RangeError when the nonce has not 32 bytes */
export function transferHelloDigest(domain: SigningDomain, claim: TransferHelloClaim): Uint8Array {
  requireNonce(claim)
  const { transfer } = claim
  const hash = structHash(
    TRANSFER_HELLO_TYPE,
    hashText(claim.payerPeerId),
    hashText(claim.payeePeerId),
    transfer === undefined ? NO_WORD : fromHex(transfer.transactionHash),
    transfer === undefined ? NO_WORD : fileHashBytes(transfer.fileHash),
    claim.nonce,
  )
  return signingDigest(domain, hash)
}

/** Proof that this peer holds the key that sent the transfer (docs/specs/01-voucher.md §10). */
export function signTransferHello(domain: SigningDomain, signer: Signer, claim: TransferHelloClaim): Uint8Array {
  return signer.signDigest(transferHelloDigest(domain, claim))
}

/** Whose key signed it; `undefined` where it is no signature of a key. */
export function transferHelloSigner(
  domain: SigningDomain,
  claim: TransferHelloClaim,
  signature: Uint8Array,
): Address | undefined {
  if (claim.nonce.byteLength !== HELLO_NONCE_LENGTH) return undefined
  return recoverSigner(transferHelloDigest(domain, claim), signature)
}

/** Who says that it locked coin for a file. */
export interface EscrowHelloClaim extends Omit<HelloClaim, 'channelId'> {
  readonly escrowId: EscrowId
}

const ESCROW_HELLO_TYPE = typeHash('EscrowHello(string payerPeerId,string payeePeerId,bytes32 escrowId,bytes32 nonce)')

/** @param domain The Escrow contract's. @throws RangeError when the nonce has not 32 bytes */
export function escrowHelloDigest(domain: SigningDomain, claim: EscrowHelloClaim): Uint8Array {
  requireNonce(claim)
  const { payerPeerId, payeePeerId, escrowId, nonce } = claim
  const hash = structHash(ESCROW_HELLO_TYPE, hashText(payerPeerId), hashText(payeePeerId), fromHex(escrowId), nonce)
  return signingDigest(domain, hash)
}

/** Proof that this peer holds the key that locked the escrow (docs/specs/04-escrow.md §11.2). */
export function signEscrowHello(domain: SigningDomain, signer: Signer, claim: EscrowHelloClaim): Uint8Array {
  return signer.signDigest(escrowHelloDigest(domain, claim))
}

export function isEscrowHelloSigned(
  domain: SigningDomain,
  claim: EscrowHelloClaim,
  signature: Uint8Array,
  payer: Address,
): boolean {
  if (claim.nonce.byteLength !== HELLO_NONCE_LENGTH) return false
  return isSignedBy(payer, escrowHelloDigest(domain, claim), signature)
}

function requireNonce({ nonce }: Pick<HelloClaim, 'nonce'>): void {
  if (nonce.byteLength !== HELLO_NONCE_LENGTH)
    throw new RangeError(`a HELLO nonce has ${HELLO_NONCE_LENGTH} bytes, not ${nonce.byteLength}`)
}
