import { messageOf } from '../domain/errors.ts'
import type { Logger } from '../system/logger.ts'
import type { ReceivedChunk } from './chunk-client.ts'
import type { ChunkSource } from './chunk-source.ts'
import type { ChunkRef } from './payments.ts'

/** A held chunk as it is sent; `undefined` when it cannot be read: it is not there any more, for the payer. */
export async function readChunk(
  { chunks, log }: { chunks: ChunkSource; log: Logger },
  { fileHash, chunkIndex }: ChunkRef,
  wantProof: boolean,
): Promise<ReceivedChunk | undefined> {
  try {
    const [chunk, proof] = await Promise.all([
      chunks.read(fileHash, chunkIndex),
      wantProof ? chunks.proof?.(fileHash, chunkIndex) : undefined,
    ])
    return { chunk, proof: proof ?? [] }
  } catch (error) {
    log.warn({ fileHash, chunkIndex, err: error }, `a shared chunk cannot be read: ${messageOf(error)}`)
    return undefined
  }
}
