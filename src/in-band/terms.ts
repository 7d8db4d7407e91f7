import type { Wei } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'

/** A quote as it travels: the time left instead of an instant, so that clocks need not agree. */
export interface QuoteTerms {
  readonly quoteId: number
  readonly pricePerMiB: Wei
  readonly validForMs: number
  /** The payee's word on it to the payer of the stream. */
  readonly signed?: { readonly expiresAt: number; readonly signature: Uint8Array } | undefined
}

/** The terms of one file. */
export interface FileTerms {
  readonly fileHash: FileHash
  readonly terms: QuoteTerms
}

/** The terms as a quote on this node's clock. */
export function quoteOf(terms: QuoteTerms, now: number): Quote {
  return { quoteId: terms.quoteId, pricePerMiB: terms.pricePerMiB, expiresAt: now + terms.validForMs }
}

/** The quote as it travels. */
export function termsOf(quote: Quote, now: number): QuoteTerms {
  return {
    quoteId: quote.quoteId,
    pricePerMiB: quote.pricePerMiB,
    validForMs: Math.max(0, Math.floor(quote.expiresAt - now)),
  }
}
