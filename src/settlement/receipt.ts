import { MAX_CHANNEL_AMOUNT } from '../domain/amount.ts'
import type { Bitfield } from '../domain/bitfield.ts'
import { bigintToBytes, concatBytes, fromHex, toHex } from '../domain/bytes.ts'
import { type Address, type EscrowId, fileHashBytes, parseEscrowId } from '../domain/ids.ts'
import type { EscrowKey, Receipt, ReceiptTerms, Release, ReleaseTerms } from '../domain/receipt.ts'
import {
  addressWord,
  namedDomain,
  type SigningDomain,
  signingDigest,
  structHash,
  typeHash,
  word,
} from '../system/eip712.ts'
import { keccak256 } from '../system/keccak.ts'
import { isSignedBy, type Signer } from '../system/signer.ts'

/**
 * What the parties of an escrow sign: the twin of contracts/libraries/ReceiptLib.sol, both tested against test/vectors/receipt.json.
 */

/** Bytes of a salt: 96 bits, so that a payer's random choices never meet. */
const SALT_LENGTH = 12
const HASH_LENGTH = 32
const MAX_NONCE = 2n ** 64n - 1n
/** Printable ASCII: what an explorer shows as it was meant, and what has one encoding. */
const PROTOCOL = /^[\x21-\x7e]{0,8}$/

const RECEIPT_TYPE = typeHash(
  'Receipt(bytes32 escrowId,address seeder,uint96 cumulativeAmount,bytes32 chunksHash,bytes8 protocol)',
)
const RELEASE_TYPE = typeHash('Release(bytes32 escrowId,address seeder,uint96 allocated,uint64 nonce)')

/** The domain of docs/specs/04-escrow.md §2. @param contract The Escrow contract. */
export function escrowDomain(chainId: number, contract: Address): SigningDomain {
  return namedDomain({ name: 'ChiralEscrow', version: '1' }, chainId, contract)
}

/** keccak256(abi.encode(payer, fileHash, salt)). @throws RangeError when the salt does not fit 96 bits */
export function escrowIdOf({ payer, fileHash, salt }: EscrowKey): EscrowId {
  const saltWord = concatBytes(new Uint8Array(HASH_LENGTH - SALT_LENGTH), bigintToBytes(salt, SALT_LENGTH))
  return parseEscrowId(toHex(keccak256(concatBytes(addressWord(payer), fileHashBytes(fileHash), saltWord))))
}

/** What a receipt says of the chunks it pays for, in all: the hash of the bitfield that HAVE messages carry. */
export function chunksHashOf(chunks: Bitfield): Uint8Array {
  return keccak256(chunks.toBytes())
}

/** @throws RangeError when a member does not fit its type: nothing is cut */
export function receiptDigest(domain: SigningDomain, terms: ReceiptTerms): Uint8Array {
  if (!isEncodableReceipt(terms)) throw new RangeError('a member of the receipt does not fit its type')
  const hash = structHash(
    RECEIPT_TYPE,
    fromHex(terms.escrowId),
    addressWord(terms.seeder),
    word(terms.cumulativeAmount),
    terms.chunksHash,
    protocolWord(terms.protocol),
  )
  return signingDigest(domain, hash)
}

/** @throws RangeError when a member does not fit its type */
export function releaseDigest(domain: SigningDomain, terms: ReleaseTerms): Uint8Array {
  if (!isEncodableRelease(terms)) throw new RangeError('a member of the release does not fit its type')
  const hash = structHash(
    RELEASE_TYPE,
    fromHex(terms.escrowId),
    addressWord(terms.seeder),
    word(terms.allocated),
    word(terms.nonce),
  )
  return signingDigest(domain, hash)
}

/** The payer's promise. Deterministic: the same terms always give the same bytes, so only they need be stored. */
export function signReceipt(domain: SigningDomain, payer: Signer, terms: ReceiptTerms): Receipt {
  return { ...terms, signature: payer.signDigest(receiptDigest(domain, terms)) }
}

/** Did `payer` sign this? False for any other signer, a length other than 64, a high s and a member beyond its type. */
export function isReceiptSignedBy(domain: SigningDomain, payer: Address, receipt: Receipt): boolean {
  return isEncodableReceipt(receipt) && isSignedBy(payer, receiptDigest(domain, receipt), receipt.signature)
}

/** The seeder's agreement to get no more than `allocated` of the escrow in all. */
export function signRelease(domain: SigningDomain, seeder: Signer, terms: ReleaseTerms): Release {
  return { ...terms, signature: seeder.signDigest(releaseDigest(domain, terms)) }
}

/** Did the seeder that it names sign this? */
export function isReleaseSigned(domain: SigningDomain, release: Release): boolean {
  return isEncodableRelease(release) && isSignedBy(release.seeder, releaseDigest(domain, release), release.signature)
}

function isEncodableReceipt({ cumulativeAmount, chunksHash, protocol }: ReceiptTerms): boolean {
  return isAmount(cumulativeAmount) && chunksHash.byteLength === HASH_LENGTH && PROTOCOL.test(protocol)
}

function isEncodableRelease({ allocated, nonce }: ReleaseTerms): boolean {
  return isAmount(allocated) && nonce >= 0n && nonce <= MAX_NONCE
}

function isAmount(amount: bigint): boolean {
  return amount >= 0n && amount <= MAX_CHANNEL_AMOUNT
}

/** A `bytes8` stands at the beginning of its word, unlike a number. */
function protocolWord(protocol: string): Uint8Array {
  const bytes = new TextEncoder().encode(protocol)
  return concatBytes(bytes, new Uint8Array(HASH_LENGTH - bytes.byteLength))
}
