import { CHUNK_SIZE_BYTES, chunkLength } from '../domain/chunk.ts'
import { chunkPrice } from '../domain/price.ts'
import type { ChunkRequest } from '../in-band/chunk-client.ts'
import type { RangeRequest } from './webrpc-client.ts'

/** The requests for the chunks from `first` on that begin before byte `end`. */
export function chunksBefore(
  end: number,
  first: number,
  { fileHash, sizeBytes, quote, wantProof }: RangeRequest,
  signal: AbortSignal,
): ChunkRequest[] {
  const chunks: ChunkRequest[] = []
  for (let chunkIndex = first; chunkIndex * CHUNK_SIZE_BYTES < end; chunkIndex++) {
    const lengthBytes = chunkLength(sizeBytes, chunkIndex)
    const price = chunkPrice(quote.pricePerMiB, lengthBytes)
    chunks.push({ fileHash, chunkIndex, lengthBytes, price, quoteId: quote.quoteId, wantProof, signal })
  }
  return chunks
}
