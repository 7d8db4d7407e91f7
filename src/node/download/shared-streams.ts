import type { Wei } from '../../domain/amount.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { Bid } from '../../domain/quote.ts'
import type { ChunkClient, ChunkRequest, QuotedFile, ReceivedChunk } from '../../in-band/chunk-client.ts'
import type { AccountStatus, ChunkRef } from '../../in-band/payments.ts'
import type { LateChunk } from './source-host.ts'

type OnLateChunk = (late: LateChunk) => void

/** Opens a stream; `resume` names the session that broke, if there was one. */
export type OpenStream = (options: {
  readonly onLateChunk: OnLateChunk
  readonly resume: string | undefined
}) => Promise<ChunkClient>

interface SharedStream {
  readonly client: Promise<ChunkClient>
  /** Who is told of a chunk that comes late, by file. */
  readonly late: Map<FileHash, OnLateChunk>
}

/** One stream for each seeder, used by many files: a handshake, a settlement and a session once and not once a file. */
export class SharedStreams {
  readonly #streams = new Map<string, SharedStream>()
  readonly #sessions = new Map<string, string>()
  #closed = false

  /** The stream of this name for one file; it is opened by whoever comes first. Closing the result lets go of it only. */
  async use(
    name: string,
    options: { readonly fileHash: FileHash; readonly onLateChunk: OnLateChunk; readonly open: OpenStream },
  ): Promise<ChunkClient> {
    const { fileHash, onLateChunk, open } = options
    const stream = this.#streams.get(name) ?? this.#open(name, open)
    stream.late.set(fileHash, onLateChunk)
    return new BorrowedStream(await stream.client, () => {
      if (stream.late.get(fileHash) === onLateChunk) stream.late.delete(fileHash)
    })
  }

  /** The stream that is open under this name. */
  async current(name: string): Promise<ChunkClient | undefined> {
    return this.#streams.get(name)?.client.catch(() => undefined)
  }

  /** Ends a stream for all who use it: they ask for another. */
  async drop(name: string): Promise<void> {
    const stream = this.#streams.get(name)
    this.#streams.delete(name)
    await (await stream?.client.catch(() => undefined))?.close()
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#streams.keys()].map((name) => this.drop(name)))
  }

  #open(name: string, open: OpenStream): SharedStream {
    const late = new Map<FileHash, OnLateChunk>()
    const onLateChunk: OnLateChunk = (chunk) => {
      const tell = late.get(chunk.chunk.fileHash)
      if (tell !== undefined) tell(chunk)
      // The file is finished, from other sources.
      else void client.then((opened) => opened.alreadyHave(chunk.chunk))
    }
    const client = open({ onLateChunk, resume: this.#sessions.get(name) })
    const stream: SharedStream = { client, late }
    this.#streams.set(name, stream)
    const forget = (): void => {
      if (this.#streams.get(name) === stream) this.#streams.delete(name)
    }
    client.then((opened) => {
      if (opened.sessionId !== undefined) this.#sessions.set(name, opened.sessionId)
      if (this.#closed) void opened.close()
      void opened.ended.then(forget)
    }, forget)
    return stream
  }
}

/** A shared stream in the hands of one file. */
class BorrowedStream implements ChunkClient {
  readonly #client: ChunkClient
  readonly #letGo: () => void

  constructor(client: ChunkClient, letGo: () => void) {
    this.#client = client
    this.#letGo = letGo
  }

  get protocol(): ChunkClient['protocol'] {
    return this.#client.protocol
  }

  get payee(): Address {
    return this.#client.payee
  }

  get status(): AccountStatus | undefined {
    return this.#client.status
  }

  get ended(): Promise<Error> {
    return this.#client.ended
  }

  quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile> {
    return this.#client.quote(fileHash, signal)
  }

  bid(fileHash: FileHash, bid: Bid, signal?: AbortSignal): Promise<QuotedFile> {
    return this.#client.bid(fileHash, bid, signal)
  }

  request(request: ChunkRequest): Promise<ReceivedChunk> {
    return this.#client.request(request)
  }

  withdraw(chunk: ChunkRef): boolean {
    return this.#client.withdraw(chunk)
  }

  verified(chunk: ChunkRef, price: Wei): void {
    this.#client.verified(chunk, price)
  }

  alreadyHave(chunk: ChunkRef): void {
    this.#client.alreadyHave(chunk)
  }

  disown(chunk: ChunkRef, price: Wei): Promise<boolean> {
    return this.#client.disown(chunk, price)
  }

  payAhead(price: Wei): Promise<void> {
    return this.#client.payAhead(price)
  }

  settle(): Promise<void> {
    return this.#client.settle()
  }

  closeChannel(): Promise<string | undefined> {
    return this.#client.closeChannel()
  }

  async close(): Promise<void> {
    this.#letGo()
  }
}
