import { ZERO_WEI } from '../../domain/amount.ts'
import { chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { TransferFile, TransferSession } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'

/** A transfer of a file that costs nothing, in the form in which a download uses every seeder. */
export function createTransferClient(session: TransferSession, file: TransferFile, payee: Address): ChunkClient {
  const length = chunkCount(file.sizeBytes)
  const quote = { quoteId: 0, pricePerMiB: ZERO_WEI, expiresAt: Number.MAX_SAFE_INTEGER }
  // Where the protocol does not tell what is held, each chunk is asked for until it is refused.
  const have = session.have ?? { length, count: length, has: (index: number) => index < length }
  return {
    protocol: session.protocol,
    payee,
    status: undefined,
    ended: session.ended,
    quote: async () => ({ quote, have }),
    bid: async () => ({ quote, have }), // nothing is less than nothing
    request: async ({ chunkIndex, lengthBytes, signal }) => ({
      chunk: await session.request({ chunkIndex, lengthBytes, signal }),
      proof: [],
    }),
    withdraw: () => false,
    verified() {},
    alreadyHave() {},
    disown: async () => false, // nothing is counted
    async payAhead() {},
    async settle() {},
    async closeChannel() {
      throw new ChiralError('CLOSE_FAILED', 'A transfer without payment has no channel to close.')
    },
    close: () => session.close(),
  }
}
