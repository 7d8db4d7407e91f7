import { fileHashBytes } from '../domain/ids.ts'
import type { QuotePromise, SignedQuote } from '../domain/quote.ts'
import { addressWord, type SigningDomain, signingDigest, structHash, typeHash, word } from '../system/eip712.ts'
import { isSignedBy, type Signer } from '../system/signer.ts'

const QUOTE_TYPE = typeHash('Quote(bytes32 fileHash,address payer,uint96 pricePerMiB,uint32 quoteId,uint64 expiresAt)')

/** @param domain The PaymentChannel contract's. */
export function quoteDigest(domain: SigningDomain, promise: QuotePromise): Uint8Array {
  const hash = structHash(
    QUOTE_TYPE,
    fileHashBytes(promise.fileHash),
    addressWord(promise.payer),
    word(promise.pricePerMiB),
    word(BigInt(promise.quoteId)),
    word(BigInt(promise.expiresAt)),
  )
  return signingDigest(domain, hash)
}

/** The seeder's word on a quote, for one payer (docs/specs/01-voucher.md §11). */
export function signQuote(domain: SigningDomain, signer: Signer, promise: QuotePromise): Uint8Array {
  return signer.signDigest(quoteDigest(domain, promise))
}

export function isQuoteSigned(domain: SigningDomain, quote: SignedQuote): boolean {
  return isSignedBy(quote.payee, quoteDigest(domain, quote), quote.signature)
}
