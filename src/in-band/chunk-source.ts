import type { Wei } from '../domain/amount.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid, Quote } from '../domain/quote.ts'

/** Which chunks of a file somebody has. `Bitfield` is one. */
export interface ChunkSet {
  /** Chunks in the whole file. */
  readonly length: number
  /** How many of them are in the set. */
  readonly count: number
  has(chunkIndex: number): boolean
}

/** The chunks this node can serve. `node/` passes the content store. */
export interface ChunkSource {
  /** What of the file is held and may be served; `undefined` when it is not shared. Cheap: it is asked for every request. */
  have(fileHash: FileHash): ChunkSet | undefined
  /** The bytes of a held chunk. They are sent as they are: the callee must not change them afterwards. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
  /** The sibling hashes that prove the chunk against the file's piecesRoot, lowest first; absent when proofs are not offered. */
  proof?(fileHash: FileHash, chunkIndex: number): Promise<readonly Uint8Array[]>
  /** The manifest's hash of a chunk, to tell a payer that asks for bytes; `undefined` beyond the end. */
  chunkHash?(fileHash: FileHash, chunkIndex: number): Uint8Array | undefined
  /** Calls `listener` for every chunk that becomes servable, until the returned function is called. */
  onChunk?(listener: (fileHash: FileHash, chunkIndex: number) => void): () => void
}

/** The prices this node sells at. */
export interface QuoteBook {
  /**
   * A quote that holds from now; `undefined` when the file is not for sale. To a payer with whom a price was agreed it is that one again,
   * while it holds.
   */
  quote(fileHash: FileHash, payer?: Address): Quote | undefined
  /**
   * Answers a bid: with a quote at its price, for this payer alone, or with one of its own that is no dearer than the quote it counters.
   * `repeated` when this payer countered that quote before.
   */
  counter(fileHash: FileHash, bid: Bid, payer: Address): Quote | 'repeated' | undefined
  /** What the chunk costs under that quote; `undefined` when it is unknown, expired, for another file or was agreed with another payer. */
  priceOf(quoteId: number, fileHash: FileHash, chunkIndex: number, payer?: Address): Wei | undefined
}
