import type { Address, FileHash } from '../domain/ids.ts'
import type { QuoteStore, SignedFor } from './quote-store.ts'

/** Signed quotes of one payer that are remembered at once: a quote for each file of the largest batch, and as many again for those whose price changed. */
export const MAX_SIGNED_PER_PAYER = 20_000
/** Of all payers: some 40 MB of memory. Accounts cost little; who has many of them gets quotes that are not signed, as everybody else does then. */
export const MAX_SIGNED = 131_072

interface Kept {
  readonly quote: SignedFor
  /** Resolves when it is on the disk. */
  readonly durable: Promise<void>
}

/** The quotes that were signed, each for one payer: a bounded number, written down before their signatures leave. */
export class SignedQuotes {
  readonly #store: Pick<QuoteStore, 'save'>
  readonly #kept = new Map<string, Kept>()
  readonly #ofPayer = new Map<Address, number>()
  /** The cheapest that holds, by payer and file. */
  readonly #best = new Map<string, SignedFor>()

  constructor(store: Pick<QuoteStore, 'save'>, loaded: readonly SignedFor[]) {
    this.#store = store
    for (const quote of loaded) this.#remember(quote, Promise.resolve())
  }

  /** The cheapest that was signed for the payer and holds until after `until`, in milliseconds since 1970. */
  best(fileHash: FileHash, payer: Address, until: number): SignedFor | undefined {
    const quote = this.#best.get(fileOf({ fileHash, payer }))
    return quote !== undefined && quote.expiresAt > until ? quote : undefined
  }

  /** Writes it down, if it is not yet. Resolves when it is durable; `undefined` where there is no room for more. */
  keep(quote: SignedFor): Promise<void> | undefined {
    const known = this.#kept.get(nameOf(quote))
    if (known !== undefined && known.quote.isCountered === quote.isCountered) return known.durable
    if (known === undefined && !this.#hasRoom(quote.payer)) return undefined
    const durable = this.#store.save(quote)
    this.#remember(quote, durable)
    durable.catch(() => this.forget(quote)) // what could not be written down is not promised
    return durable
  }

  forget(quote: Pick<SignedFor, 'quoteId' | 'payer' | 'fileHash'>): void {
    if (!this.#kept.delete(nameOf(quote))) return
    const { payer } = quote
    const left = (this.#ofPayer.get(payer) ?? 1) - 1
    if (left === 0) this.#ofPayer.delete(payer)
    else this.#ofPayer.set(payer, left)
    if (this.#best.get(fileOf(quote))?.quoteId === quote.quoteId) this.#best.delete(fileOf(quote))
  }

  #hasRoom(payer: Address): boolean {
    return this.#kept.size < MAX_SIGNED && (this.#ofPayer.get(payer) ?? 0) < MAX_SIGNED_PER_PAYER
  }

  #remember(quote: SignedFor, durable: Promise<void>): void {
    const isNew = !this.#kept.has(nameOf(quote))
    this.#kept.set(nameOf(quote), { quote, durable })
    if (isNew) this.#ofPayer.set(quote.payer, (this.#ofPayer.get(quote.payer) ?? 0) + 1)
    const best = this.#best.get(fileOf(quote))
    if (best === undefined || quote.pricePerMiB <= best.pricePerMiB) this.#best.set(fileOf(quote), quote)
  }
}

function nameOf({ quoteId, payer }: Pick<SignedFor, 'quoteId' | 'payer'>): string {
  return `${quoteId} ${payer}`
}

function fileOf({ fileHash, payer }: Pick<SignedFor, 'fileHash' | 'payer'>): string {
  return `${payer} ${fileHash}`
}
