import type { FileHash } from '../domain/ids.ts'
import type { TransferProtocol, TransferSession } from '../domain/transfer.ts'
import type { ChunkClientOptions } from '../in-band/chunk-client.ts'
import type { ChunkSet } from '../in-band/chunk-source.ts'

/** Another protocol that brings the chunks, while the payments stay on the stream. */
export interface Carrier {
  readonly protocol: TransferProtocol
  /** @param grant `token` names the payer there; absent for a file that costs nothing. @throws ChiralError `TRANSFER_FAILED` … */
  open(grant: { readonly fileHash: FileHash; readonly token: string | undefined }): Promise<TransferSession>
}

export interface BitswapClientOptions extends ChunkClientOptions {
  /** The payee holds more chunks than it said before. `chunks` are the new ones. */
  readonly onHave?: ((fileHash: FileHash, chunks: ChunkSet) => void) | undefined
  readonly carrier?: Carrier | undefined
}
