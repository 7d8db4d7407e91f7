import type { Address, FileHash } from '../domain/ids.ts'
import type { Quote, QuotePromise, SignedQuote } from '../domain/quote.ts'
import type { Clock } from '../system/clock.ts'
import { requestError } from './errors.ts'
import { MAX_QUOTE_SKEW_MS } from './limits.ts'
import { type FileTerms, type QuoteTerms, termsOf } from './terms.ts'

/** The payee's signature under a quote that holds over restarts from now on; `undefined` where no more such are given. */
export type SignQuote = (promise: QuotePromise) => Promise<Uint8Array | undefined>

/**
 * Judges and keeps what payees sign; `node/` connects it with the wallet and the books.
 * @throws ChiralError `QUOTE_INVALID` when the payee did not sign one of them
 */
export type TakeQuotes = (quotes: readonly Omit<SignedQuote, 'payer'>[]) => Promise<void>

/** SPEC 03 §4.2: "A payee MUST sign a quote above zero that it gives to a payer that proved its account". */
export async function signedTermsOf(
  quote: Quote,
  given: {
    readonly fileHash: FileHash
    /** Absent: it proved no account. */
    readonly payer: Address | undefined
    readonly clock: Clock
    /** Absent where quotes are not signed. */
    readonly signQuote?: SignQuote | undefined
  },
): Promise<QuoteTerms> {
  const { fileHash, payer, clock, signQuote } = given
  if (payer === undefined || signQuote === undefined || quote.pricePerMiB === 0n) return termsOf(quote, clock.now())
  const { quoteId, pricePerMiB } = quote
  const expiresAt = Math.floor(quote.expiresAt / 1000)
  const signature = await signQuote({ fileHash, payer, pricePerMiB, quoteId, expiresAt })
  const terms = termsOf(quote, clock.now())
  return signature === undefined ? terms : { ...terms, signed: { expiresAt, signature } }
}

/**
 * Hands the signed ones of these terms on. A payee of before signs none.
 * @throws ChiralError `QUOTE_INVALID`, also for a signature that ends before the quote does
 */
export async function takeSigned(
  quotes: readonly FileTerms[],
  {
    payee,
    now,
    takeQuotes,
  }: { readonly payee: Address; readonly now: number; readonly takeQuotes: TakeQuotes | undefined },
): Promise<void> {
  const signed = quotes.flatMap(({ fileHash, terms }) => {
    if (terms.signed === undefined) return []
    const { quoteId, pricePerMiB, validForMs } = terms
    // SPEC 03 §4.2: "The payer MUST refuse a signature that ends more than five minutes before the quote".
    if (terms.signed.expiresAt * 1000 + MAX_QUOTE_SKEW_MS < now + validForMs)
      throw quoteInvalid('its signature ends before the quote does')
    return [{ fileHash, payee, quoteId, pricePerMiB, ...terms.signed }]
  })
  if (signed.length > 0) await takeQuotes?.(signed)
}

export function quoteInvalid(why: string): Error {
  return requestError('QUOTE_INVALID', `The seeder's quote is not one it could be held to: ${why}.`)
}
