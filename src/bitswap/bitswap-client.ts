import type { FileHash } from '../domain/ids.ts'
import type { ChunkClientOptions } from '../in-band/chunk-client.ts'
import type { ChunkSet } from '../in-band/chunk-source.ts'

export interface BitswapClientOptions extends ChunkClientOptions {
  /** The payee holds more chunks than it said before. `chunks` are the new ones. */
  readonly onHave?: ((fileHash: FileHash, chunks: ChunkSet) => void) | undefined
}
