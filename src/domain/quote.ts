import type { Wei } from './amount.ts'
import type { Address, FileHash } from './ids.ts'

/** A price that holds until `expiresAt`. A session keeps the quote it began with. */
export interface Quote {
  /** Names the quote on the wire; chosen by the seeder, unique to it. */
  readonly quoteId: number
  readonly pricePerMiB: Wei
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What a payer offers instead of the price of a quote. */
export interface Bid {
  /** Of the quote that it counters. */
  readonly quoteId: number
  /** Above zero. */
  readonly pricePerMiB: Wei
}

/** What a seeder signs with a quote: "until then I sell chunks of this file to this payer at this price". EIP-712, docs/specs/01-voucher.md §11. */
export interface QuotePromise extends Pick<Quote, 'quoteId' | 'pricePerMiB'> {
  readonly fileHash: FileHash
  readonly payer: Address
  /** Unix seconds, on the seeder's clock. */
  readonly expiresAt: number
}

/** A promise as its payer keeps it. */
export interface SignedQuote extends QuotePromise {
  readonly payee: Address
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}
