import type { Wei } from './amount.ts'

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
