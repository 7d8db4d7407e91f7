import type { Wei } from '../domain/amount.ts'
import { chunkCount, chunkLength } from '../domain/chunk.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import { chunkPrice } from '../domain/price.ts'
import type { Quote } from '../domain/quote.ts'
import type { QuoteBook } from '../in-band/chunk-source.ts'
import type { Clock } from '../system/clock.ts'

/** How long a quote holds: longer than any chunk takes, short enough that a new price is soon the only one. */
export const QUOTE_TTL_MS = 60 * 60 * 1000
/** A quote is handed out again until so much of its life is gone: one price change costs one new quote, not one a session. */
const REUSE_MS = QUOTE_TTL_MS / 2
/** Bids remembered at once, each for the life of the quote that it countered. Who bids has a channel, so only a large shop gets here. */
export const MAX_BIDS = 65_536

/** What a file costs now. */
export interface FilePrice {
  readonly pricePerMiB: Wei
  /** The least that a bid is taken at; absent: none is. Told to nobody. */
  readonly lowestPricePerMiB?: Wei | undefined
  readonly sizeBytes: number
}

interface IssuedQuote extends Quote {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  /** With whom it was agreed; absent: it holds for everybody. */
  readonly payer: Address | undefined
  /** Who countered it. */
  readonly bidders: Set<Address>
}

/** What a file costs now; `undefined` when it is not for sale. */
export type PriceOf = (fileHash: FileHash) => FilePrice | undefined

/** Issues quotes, answers bids, and honours every quote until it expires, whatever the price has become since. */
export function createPriceBook({ priceOf, clock }: { priceOf: PriceOf; clock: Clock }): QuoteBook {
  const issued = new Map<number, IssuedQuote>()
  const current = new Map<FileHash, IssuedQuote>()
  const agreed = new Map<string, IssuedQuote>()
  let bids = 0
  let nextId = 1

  function prune(now: number): void {
    for (const [quoteId, quote] of issued) {
      if (quote.expiresAt > now) break // ids are given out in the order of expiry
      issued.delete(quoteId)
      bids -= quote.bidders.size
      if (quote.payer === undefined) continue
      const key = agreementKey(quote.fileHash, quote.payer)
      if (agreed.get(key) === quote) agreed.delete(key)
    }
  }

  function issue(fileHash: FileHash, terms: Pick<IssuedQuote, 'pricePerMiB' | 'sizeBytes' | 'payer'>): IssuedQuote {
    const now = clock.now()
    prune(now)
    const { pricePerMiB, sizeBytes, payer } = terms
    const expiresAt = now + QUOTE_TTL_MS
    const quote = { quoteId: nextId++, pricePerMiB, expiresAt, fileHash, sizeBytes, payer, bidders: new Set<Address>() }
    issued.set(quote.quoteId, quote)
    return quote
  }

  function quoteFor(fileHash: FileHash, payer: Address | undefined, price: FilePrice): IssuedQuote {
    const now = clock.now()
    const isFresh = ({ expiresAt }: Quote): boolean => expiresAt - now > REUSE_MS
    const own = payer === undefined ? undefined : agreed.get(agreementKey(fileHash, payer))
    if (own !== undefined && isTaken(own.pricePerMiB, price) && isFresh(own)) return own
    const known = current.get(fileHash)
    if (known !== undefined && known.pricePerMiB === price.pricePerMiB && isFresh(known)) return known
    const quote = issue(fileHash, { ...price, payer: undefined })
    current.set(fileHash, quote)
    return quote
  }

  return {
    quote(fileHash, payer) {
      const price = priceOf(fileHash)
      return price && quoteFor(fileHash, payer, price)
    },
    counter(fileHash, { quoteId, pricePerMiB }, payer) {
      const price = priceOf(fileHash)
      if (price === undefined) return undefined
      prune(clock.now())
      const own = quoteFor(fileHash, payer, price)
      const countered = issued.get(quoteId)
      if (countered === undefined || countered.fileHash !== fileHash || countered.expiresAt <= clock.now()) return own
      if (countered.payer !== undefined && countered.payer !== payer) return own // whether it exists is nobody else's business
      // SPEC 03 §4.2: "The payee MUST refuse a second bid on one quote".
      if (countered.payer === payer || countered.bidders.has(payer)) return 'repeated'
      const asked = own.pricePerMiB > countered.pricePerMiB ? countered : own // the price may have risen since
      if (bids >= MAX_BIDS) return asked
      countered.bidders.add(payer)
      bids++
      if (pricePerMiB >= asked.pricePerMiB || !isTaken(pricePerMiB, price)) return asked
      const quote = issue(fileHash, { pricePerMiB, sizeBytes: price.sizeBytes, payer })
      agreed.set(agreementKey(fileHash, payer), quote)
      return quote
    },
    priceOf(quoteId, fileHash, chunkIndex, payer) {
      const quote = issued.get(quoteId)
      if (quote === undefined || quote.fileHash !== fileHash || quote.expiresAt <= clock.now()) return undefined
      if (quote.payer !== undefined && quote.payer !== payer) return undefined
      if (chunkIndex >= chunkCount(quote.sizeBytes)) return undefined
      return chunkPrice(quote.pricePerMiB, chunkLength(quote.sizeBytes, chunkIndex))
    },
  }
}

/** Below what is asked, and not below the least. */
function isTaken(pricePerMiB: Wei, price: FilePrice): boolean {
  const { lowestPricePerMiB } = price
  return lowestPricePerMiB !== undefined && pricePerMiB >= lowestPricePerMiB && pricePerMiB < price.pricePerMiB
}

function agreementKey(fileHash: FileHash, payer: Address): string {
  return `${payer} ${fileHash}`
}
