import type { FileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import type { ChunkClient, ChunkClientOptions, QuotedFile, ReceivedChunk } from '../in-band/chunk-client.ts'

export interface WebrpcClientOptions extends ChunkClientOptions {
  /** What the session is for. Their quotes come with its opening; more may be asked for later. */
  readonly files: readonly FileHash[]
  /** The id of a session that broke: this stream goes on with it. */
  readonly resume?: string | undefined
}

/** A range of bytes of a file. */
export interface RangeRequest {
  readonly fileHash: FileHash
  /** Of the whole file, by the manifest. */
  readonly sizeBytes: number
  readonly quote: Quote
  readonly offset: number
  /** Bytes from there on. What is beyond the end of the file is left out. */
  readonly length: number
  readonly wantProof?: boolean | undefined
}

/** A chunk that a range of bytes touches. Unverified, and whole: the range is cut out after it verified. */
export interface RangeChunk extends ReceivedChunk {
  readonly chunkIndex: number
}

/** One session with one payee, on one stream. */
export interface WebrpcClient extends ChunkClient {
  /** Names the session: with it another stream goes on with it. */
  readonly sessionId: string
  /** @throws ChiralError `DONT_HAVE`, `CANCELLED`, `STREAM_CLOSED` */
  quotes(files: readonly FileHash[], signal?: AbortSignal): Promise<ReadonlyMap<FileHash, QuotedFile>>
  /**
   * Asks for the chunks a range of bytes touches, and gives them in order. Each is paid as a whole chunk: call `verified` or
   * `alreadyHave` for it, before or after the next. Ending the iteration early takes back what has not left.
   * @throws ChiralError as `request`
   */
  range(request: RangeRequest): AsyncGenerator<RangeChunk>
}
