import { chunkCount, chunkLength } from '../domain/chunk.ts'
import type { QuoteBook } from '../in-band/chunk-source.ts'
import { createFreePolicy } from '../public-protocols/free-policy.ts'
import type { Gate } from '../public-protocols/gate.ts'
import type { Clock } from '../system/clock.ts'
import type { NodeConfig } from './node-config.ts'
import type { Shares } from './shares.ts'

const MIB = 2 ** 20
/** Four fast home lines at once; a seeder whose line is slower is slowed by the line. */
const DEFAULT_FREE_RATE = 512
/** Two gigabits: whoever is slower never waits for the rate. */
const DEFAULT_FREE_RATE_EACH = 256

/** Gives away what is shared for nothing, as fast as the configuration lets it. */
export function freeGate(
  { http = {} }: Pick<NodeConfig, 'http'>,
  parts: { readonly shares: Pick<Shares, 'get'>; readonly quotes: QuoteBook; readonly clock: Clock },
): Gate {
  const { shares, quotes, clock } = parts
  return createFreePolicy({
    clock,
    bytesPerSecond: (http.freeRate ?? DEFAULT_FREE_RATE) * MIB,
    bytesPerSecondEach: (http.freeRateEach ?? DEFAULT_FREE_RATE_EACH) * MIB,
    chunk(fileHash, chunkIndex) {
      const share = shares.get(fileHash)
      const quote = quotes.quote(fileHash)
      if (share === undefined || quote === undefined || chunkIndex >= chunkCount(share.sizeBytes)) return undefined
      return { lengthBytes: chunkLength(share.sizeBytes, chunkIndex), quote }
    },
  })
}
