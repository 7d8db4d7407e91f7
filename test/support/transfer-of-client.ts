import { ZERO_WEI } from '../../src/domain/amount.ts'
import { Bitfield } from '../../src/domain/bitfield.ts'
import { chunkCount } from '../../src/domain/chunk.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import type { TransferFile, TransferSession } from '../../src/domain/transfer.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'

/** A stream that sells chunks, used for those that cost nothing, as one more way to move a file. */
export async function transferOf(client: ChunkClient, { fileHash, sizeBytes }: TransferFile): Promise<TransferSession> {
  const { quote, have } = await client.quote(fileHash)
  const held = new Bitfield(chunkCount(sizeBytes))
  for (let chunkIndex = 0; chunkIndex < held.length; chunkIndex++) if (have.has(chunkIndex)) held.add(chunkIndex)
  return {
    protocol: client.protocol,
    have: held,
    ended: client.ended,
    async request({ chunkIndex, lengthBytes, signal }) {
      const request = { fileHash, chunkIndex, lengthBytes, price: ZERO_WEI, quoteId: quote.quoteId, signal }
      try {
        const { chunk } = await client.request(request)
        client.verified({ fileHash, chunkIndex }, ZERO_WEI)
        return chunk
      } catch (error) {
        if (codeOf(error) !== 'CANCELLED' || signal?.aborted === true) throw error
        throw new ChiralError('STREAM_CLOSED', 'The stream was closed.', { cause: error })
      }
    },
    close: () => client.close(),
  }
}
