import type { Wei } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'

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
  /** A quote that holds from now; `undefined` when the file is not for sale. */
  quote(fileHash: FileHash): Quote | undefined
  /** What the chunk costs under that quote; `undefined` when the quote is unknown, expired or for another file. */
  priceOf(quoteId: number, fileHash: FileHash, chunkIndex: number): Wei | undefined
}
