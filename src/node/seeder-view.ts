import { chunkCount } from '../domain/chunk.ts'
import { filePrice } from '../domain/price.ts'
import type { SourceTerms } from './download/source-host.ts'
import type { SeederView } from './types.ts'

/** A seeder as people see it, for a file of `sizeBytes`. */
export function seederViewOf(terms: SourceTerms, sizeBytes: number): SeederView {
  const { peerId, payee, pricePerMiB, protocols, addresses } = terms
  return {
    peerId,
    payee,
    pricePerMiB,
    totalPrice: filePrice(pricePerMiB, sizeBytes),
    chunks: terms.chunksHeld ?? chunkCount(sizeBytes),
    protocols,
    endpoint: addresses[0] ?? '',
  }
}
