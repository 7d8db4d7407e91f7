import { type Wei, wei } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { type Address, type FileHash, parseFileHash } from '../../src/domain/ids.ts'
import type { Bid, Quote } from '../../src/domain/quote.ts'
import type { ChunkSet, ChunkSource, QuoteBook } from '../../src/in-band/chunk-source.ts'
import type { FakeClock } from '../support/fake-clock.ts'

export const FILE = parseFileHash('11'.repeat(32))
export const FREE_FILE = parseFileHash('22'.repeat(32))
export const OTHER_FILE = parseFileHash('33'.repeat(32))
export const PRICE = wei(1_000n)
export const HALF_PRICE = wei(500n)
export const CHUNKS = 200
/** Small chunks keep the tests quick; nothing here depends on the size. */
export const CHUNK_BYTES = 1_000
export const QUOTE_ID = 7
export const FREE_QUOTE_ID = 8
/** What a bid of a half is answered with. */
export const AGREED_QUOTE_ID = 17
export const PRICE_PER_MIB = wei(1_048_576n)

export function chunkBytes(chunkIndex: number): Uint8Array {
  return new Uint8Array(CHUNK_BYTES).fill(chunkIndex)
}

/** A file for sale and a free one; other files it does not know. */
export class FakeShelf implements ChunkSource, QuoteBook {
  readonly #clock: FakeClock
  held: ChunkSet = Bitfield.full(CHUNKS)
  expiresAt: number
  quoteId = QUOTE_ID
  /** Reads wait for it, when set. */
  gate: Promise<void> | undefined
  unreadable = new Set<number>()
  /** Who bid, and with whom half the price was agreed. */
  readonly bidders = new Set<Address>()
  agreedWith: Address | undefined
  reads = 0
  listener: ((fileHash: FileHash, chunkIndex: number) => void) | undefined

  constructor(clock: FakeClock) {
    this.#clock = clock
    this.expiresAt = clock.now() + 600_000
  }

  have(fileHash: FileHash): ChunkSet | undefined {
    return fileHash === FILE || fileHash === FREE_FILE ? this.held : undefined
  }

  async read(_fileHash: FileHash, chunkIndex: number): Promise<Uint8Array> {
    this.reads++
    await this.gate
    if (this.unreadable.has(chunkIndex)) throw new Error('input/output error')
    return chunkBytes(chunkIndex)
  }

  async proof(): Promise<Uint8Array[]> {
    return [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  }

  onChunk(listener: (fileHash: FileHash, chunkIndex: number) => void): () => void {
    this.listener = listener
    return () => {
      this.listener = undefined
    }
  }

  quote(fileHash: FileHash): Quote | undefined {
    if (fileHash === FILE)
      return { quoteId: this.quoteId, pricePerMiB: PRICE_PER_MIB, expiresAt: this.#clock.now() + 600_000 }
    if (fileHash === FREE_FILE)
      return { quoteId: FREE_QUOTE_ID, pricePerMiB: wei(0n), expiresAt: this.#clock.now() + 600_000 }
    return undefined
  }

  /** Half is taken, less is not. */
  counter(fileHash: FileHash, { pricePerMiB }: Bid, payer: Address): Quote | 'repeated' | undefined {
    if (this.bidders.has(payer)) return 'repeated'
    const own = this.quote(fileHash)
    if (own === undefined) return undefined
    this.bidders.add(payer)
    if (pricePerMiB < PRICE_PER_MIB / 2n) return own
    this.agreedWith = payer
    return { ...own, quoteId: AGREED_QUOTE_ID, pricePerMiB }
  }

  priceOf(quoteId: number, fileHash: FileHash, _chunkIndex: number, payer?: Address): Wei | undefined {
    if (quoteId === AGREED_QUOTE_ID) return payer === this.agreedWith ? HALF_PRICE : undefined
    if (quoteId === FREE_QUOTE_ID && fileHash === FREE_FILE) return wei(0n)
    if (quoteId !== this.quoteId || fileHash !== FILE || this.#clock.now() >= this.expiresAt) return undefined
    return PRICE
  }
}

/** What `promise` rejects with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string; details?: unknown }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('it was to be rejected')
}

/** Lets everything that needs no clock happen. */
export async function settleDown(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}
