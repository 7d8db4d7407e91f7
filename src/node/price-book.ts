import type { Wei } from '../domain/amount.ts'
import { chunkCount, chunkLength } from '../domain/chunk.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import { chunkPrice } from '../domain/price.ts'
import type { Quote } from '../domain/quote.ts'
import type { QuoteBook } from '../in-band/chunk-source.ts'
import type { Clock } from '../system/clock.ts'
import type { QuoteStore, SignedFor } from './quote-store.ts'
import { SignedQuotes } from './signed-quotes.ts'

/** How long a quote holds: longer than any chunk takes, short enough that a new price is soon the only one. */
export const QUOTE_TTL_MS = 60 * 60 * 1000
/** A quote is handed out again until so much of its life is gone: one price change costs one new quote, not one a session. */
const REUSE_MS = QUOTE_TTL_MS / 2
/** What was signed for a payer below today's price is given to it again while it holds for so long: less buys little before it is asked anew. */
const LAST_USE_MS = 5 * 60 * 1000
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
  /** It holds for whoever names it; else for `payers` alone. */
  readonly isForAll: boolean
  /** It came of a bid. */
  readonly isAgreed: boolean
  /** On this one, as long as this process remembers. */
  readonly countered?: IssuedQuote | undefined
  /** For whom it was signed, or with whom it was agreed. */
  readonly payers: Set<Address>
  /** Who countered it. */
  readonly bidders: Set<Address>
}

/** The prices of a seeder that keeps its word over restarts. */
export interface PriceBook extends QuoteBook {
  /**
   * To be called before a quote is signed: it then holds for this payer until it expires, whatever becomes of this process. Resolves when that is
   * durable; false, and it must not be signed, when so many are kept already, or there is none.
   */
  keep(quoteId: number, payer: Address): Promise<boolean>
}

/** What a file costs now; `undefined` when it is not for sale. */
export type PriceOf = (fileHash: FileHash) => FilePrice | undefined

/**
 * Issues quotes, answers bids, and honours every quote until it expires, whatever the price has become since.
 * @param parts.kept What was signed before, and where what is signed is kept; absent: what is signed ends with this process.
 */
export function createPriceBook({
  priceOf,
  clock,
  kept = { store: { save: async () => {} }, loaded: [] },
}: {
  priceOf: PriceOf
  clock: Clock
  kept?: { readonly store: Pick<QuoteStore, 'save'>; readonly loaded: readonly SignedFor[] } | undefined
}): PriceBook {
  const issued = new Map<number, IssuedQuote>()
  const current = new Map<FileHash, IssuedQuote>()
  const agreed = new Map<string, IssuedQuote>()
  const signed = new SignedQuotes(kept.store, kept.loaded)
  let bids = 0
  let nextId = 1
  for (const quote of kept.loaded) restore(quote)

  function restore({ payer, isCountered, ...quote }: SignedFor): void {
    const known = issued.get(quote.quoteId)
    const restored = known ?? { ...quote, isForAll: false, payers: new Set(), bidders: new Set() }
    restored.payers.add(payer)
    if (isCountered) restored.bidders.add(payer)
    if (isCountered) bids++
    if (quote.isAgreed) agreed.set(agreementKey(quote.fileHash, payer), restored)
    issued.set(quote.quoteId, restored)
    nextId = Math.max(nextId, quote.quoteId + 1)
  }

  function prune(now: number): void {
    for (const [quoteId, quote] of issued) {
      if (quote.expiresAt > now) break // ids are given out in the order of expiry
      issued.delete(quoteId)
      bids -= quote.bidders.size
      for (const payer of quote.payers) {
        signed.forget({ ...quote, payer })
        const key = agreementKey(quote.fileHash, payer)
        if (agreed.get(key) === quote) agreed.delete(key)
      }
    }
  }

  function issue(
    fileHash: FileHash,
    price: Pick<FilePrice, 'pricePerMiB' | 'sizeBytes'>,
    bid?: { readonly payer: Address; readonly countered: IssuedQuote },
  ): IssuedQuote {
    const now = clock.now()
    prune(now)
    const { pricePerMiB, sizeBytes } = price
    const quote: IssuedQuote = {
      quoteId: nextId++,
      pricePerMiB,
      expiresAt: now + QUOTE_TTL_MS,
      fileHash,
      sizeBytes,
      isForAll: bid === undefined,
      isAgreed: bid !== undefined,
      countered: bid?.countered,
      payers: new Set(bid === undefined ? [] : [bid.payer]),
      bidders: new Set(),
    }
    issued.set(quote.quoteId, quote)
    return quote
  }

  /** What the payer has on paper, where it is less than what is asked now. */
  function promisedTo(payer: Address, fileHash: FileHash, below: Wei): IssuedQuote | undefined {
    const best = signed.best(fileHash, payer, clock.now() + LAST_USE_MS)
    return best !== undefined && best.pricePerMiB < below ? issued.get(best.quoteId) : undefined
  }

  function quoteFor(fileHash: FileHash, payer: Address | undefined, price: FilePrice): IssuedQuote {
    const now = clock.now()
    const isFresh = ({ expiresAt }: Quote): boolean => expiresAt - now > REUSE_MS
    const own = payer === undefined ? undefined : agreed.get(agreementKey(fileHash, payer))
    if (own !== undefined && isTaken(own.pricePerMiB, price) && isFresh(own)) return own
    const promised = payer === undefined ? undefined : promisedTo(payer, fileHash, price.pricePerMiB)
    if (promised !== undefined) return promised
    const known = current.get(fileHash)
    if (known !== undefined && known.pricePerMiB === price.pricePerMiB && isFresh(known)) return known
    const quote = issue(fileHash, price)
    current.set(fileHash, quote)
    return quote
  }

  function sign(quote: IssuedQuote, payer: Address): Promise<void> | undefined {
    const { quoteId, pricePerMiB, expiresAt, fileHash, sizeBytes, isAgreed, bidders } = quote
    const terms = { quoteId, payer, pricePerMiB, expiresAt, fileHash, sizeBytes, isAgreed }
    const durable = signed.keep({ ...terms, isCountered: bidders.has(payer) })
    if (durable !== undefined) quote.payers.add(payer)
    return durable
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
      if (!holdsFor(countered, payer)) return own // whether it exists is nobody else's business
      // SPEC 03 §4.2: "The payee MUST refuse a second bid on one quote".
      if (countered.isAgreed || countered.bidders.has(payer)) return 'repeated'
      const asked = own.pricePerMiB > countered.pricePerMiB ? countered : own // the price may have risen since
      if (bids >= MAX_BIDS) return asked
      countered.bidders.add(payer)
      bids++
      if (pricePerMiB >= asked.pricePerMiB || !isTaken(pricePerMiB, price)) return asked
      const quote = issue(fileHash, { pricePerMiB, sizeBytes: price.sizeBytes }, { payer, countered })
      agreed.set(agreementKey(fileHash, payer), quote)
      return quote
    },
    priceOf(quoteId, fileHash, chunkIndex, payer) {
      const quote = issued.get(quoteId)
      if (quote === undefined || quote.fileHash !== fileHash || quote.expiresAt <= clock.now()) return undefined
      if (!holdsFor(quote, payer)) return undefined
      if (chunkIndex >= chunkCount(quote.sizeBytes)) return undefined
      return chunkPrice(quote.pricePerMiB, chunkLength(quote.sizeBytes, chunkIndex))
    },
    async keep(quoteId, payer) {
      const quote = issued.get(quoteId)
      if (quote === undefined || !holdsFor(quote, payer)) return false
      const durable = sign(quote, payer)
      if (durable === undefined) return false
      // That it was countered is to be remembered as well, where it outlasts this process.
      const { countered } = quote
      await Promise.all([durable, countered?.payers.has(payer) === true ? sign(countered, payer) : undefined])
      return true
    },
  }
}

function holdsFor({ isForAll, payers }: IssuedQuote, payer: Address | undefined): boolean {
  return isForAll || (payer !== undefined && payers.has(payer))
}

/** Below what is asked, and not below the least. */
function isTaken(pricePerMiB: Wei, price: FilePrice): boolean {
  const { lowestPricePerMiB } = price
  return lowestPricePerMiB !== undefined && pricePerMiB >= lowestPricePerMiB && pricePerMiB < price.pricePerMiB
}

function agreementKey(fileHash: FileHash, payer: Address): string {
  return `${payer} ${fileHash}`
}
