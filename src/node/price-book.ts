import type { Wei } from '../domain/amount.ts'
import { chunkCount, chunkLength } from '../domain/chunk.ts'
import type { FileHash } from '../domain/ids.ts'
import { chunkPrice } from '../domain/price.ts'
import type { Quote } from '../domain/quote.ts'
import type { QuoteBook } from '../in-band/chunk-source.ts'
import type { Clock } from '../system/clock.ts'

/** How long a quote holds: longer than any chunk takes, short enough that a new price is soon the only one. */
export const QUOTE_TTL_MS = 60 * 60 * 1000
/** A quote is handed out again until so much of its life is gone: one price change costs one new quote, not one a session. */
const REUSE_MS = QUOTE_TTL_MS / 2

interface IssuedQuote extends Quote {
  readonly fileHash: FileHash
  readonly sizeBytes: number
}

/** What a file costs now; `undefined` when it is not for sale. */
export type PriceOf = (fileHash: FileHash) => { readonly pricePerMiB: Wei; readonly sizeBytes: number } | undefined

/** Issues quotes and honours them until they expire, whatever the price has become since. */
export function createPriceBook({ priceOf, clock }: { priceOf: PriceOf; clock: Clock }): QuoteBook {
  const issued = new Map<number, IssuedQuote>()
  const current = new Map<FileHash, IssuedQuote>()
  let nextId = 1

  function prune(now: number): void {
    for (const [quoteId, quote] of issued) {
      if (quote.expiresAt > now) break // ids are given out in the order of expiry
      issued.delete(quoteId)
    }
  }

  return {
    quote(fileHash) {
      const terms = priceOf(fileHash)
      if (terms === undefined) return undefined
      const now = clock.now()
      const known = current.get(fileHash)
      if (known !== undefined && known.pricePerMiB === terms.pricePerMiB && known.expiresAt - now > REUSE_MS)
        return known
      prune(now)
      const quote = { quoteId: nextId++, fileHash, expiresAt: now + QUOTE_TTL_MS, ...terms }
      issued.set(quote.quoteId, quote)
      current.set(fileHash, quote)
      return quote
    },
    priceOf(quoteId, fileHash, chunkIndex) {
      const quote = issued.get(quoteId)
      if (quote === undefined || quote.fileHash !== fileHash || quote.expiresAt <= clock.now()) return undefined
      if (chunkIndex >= chunkCount(quote.sizeBytes)) return undefined
      return chunkPrice(quote.pricePerMiB, chunkLength(quote.sizeBytes, chunkIndex))
    },
  }
}
