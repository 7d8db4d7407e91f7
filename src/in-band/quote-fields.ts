import { DecodeError } from '../domain/errors.ts'
import type { Bid } from '../domain/quote.ts'
import { decodeAmount, encodeAmount, exactBytes } from './fields.ts'
import { MAX_QUOTE_VALIDITY_MS } from './limits.ts'
import type { QuoteTerms } from './terms.ts'

/** What both protocols' messages.proto say of prices, to domain values and back. SPEC 03 §4.2 */

interface WireTerms {
  readonly quoteId: number
  readonly pricePerMib: Uint8Array
  readonly validForMs: number
  readonly expiresAt: number
  readonly signature: Uint8Array
}

interface WireBid {
  readonly quoteId: number
  readonly pricePerMib: Uint8Array
}

export function encodeTerms(terms: QuoteTerms): WireTerms {
  return {
    quoteId: terms.quoteId,
    pricePerMib: encodeAmount(terms.pricePerMiB),
    validForMs: Math.min(terms.validForMs, MAX_QUOTE_VALIDITY_MS),
    expiresAt: terms.signed?.expiresAt ?? 0,
    signature: terms.signed?.signature ?? new Uint8Array(0),
  }
}

export function decodeTerms(terms: WireTerms): QuoteTerms {
  if (terms.validForMs > MAX_QUOTE_VALIDITY_MS) throw new DecodeError('a quote may hold for a day at most.')
  const { quoteId, validForMs } = terms
  return { quoteId, pricePerMiB: decodeAmount(terms.pricePerMib), validForMs, ...decodePromise(terms) }
}

function decodePromise({ expiresAt, signature }: WireTerms): Pick<QuoteTerms, 'signed'> {
  if (expiresAt === 0 && signature.byteLength === 0) return {}
  if (expiresAt === 0) throw new DecodeError('a signed quote must say when it ends.')
  return { signed: { expiresAt, signature: exactBytes(signature, 64, 'the signature of a quote') } }
}

export function encodeBid(bid: Bid): WireBid {
  return { quoteId: bid.quoteId, pricePerMib: encodeAmount(bid.pricePerMiB) }
}

/** SPEC 03 §4.2: "A bid MUST be above zero." */
export function decodeBid(bid: WireBid): Bid {
  const pricePerMiB = decodeAmount(bid.pricePerMib)
  if (pricePerMiB === 0n) throw new DecodeError('a bid must be above zero.')
  return { quoteId: bid.quoteId, pricePerMiB }
}
