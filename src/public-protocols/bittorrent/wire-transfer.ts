import type { Bitfield } from '../../domain/bitfield.ts'
import { CHUNK_SIZE_BYTES } from '../../domain/chunk.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { TransferFile, TransferProtocol, TransferRequest, TransferSession } from '../../domain/transfer.ts'
import { abortable } from '../../system/abortable.ts'
import type { DownloaderMetrics } from '../downloader-metrics.ts'
import { RequestSlots } from '../request-slots.ts'
import { ChunkFetch } from './chunk-fetch.ts'
import { LeecherWire, type LeecherWireOptions } from './leecher-wire.ts'
import { ANSWER_TIMEOUT_MS, BLOCK_BYTES, MAX_CONCURRENT_CHUNKS, MAX_STRAY_BYTES } from './limits.ts'
import { closed, doesNotHave, failed, unpaid } from './transfer-errors.ts'
import type { ByteDuplex } from './wire.ts'

const BLOCKS_IN_CHUNK = CHUNK_SIZE_BYTES / BLOCK_BYTES

export interface WireTransferOptions extends LeecherWireOptions {
  /** What the connection is of. */
  readonly protocol: TransferProtocol
  readonly metrics: DownloaderMetrics
  /** Gives opening up. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Shakes hands on a fresh connection to a seeder and waits until it would serve: until it unchokes, or says that it wants to be paid. The connection is the session's
 * from now on, also when this rejects.
 * @throws ChiralError `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openWireTransfer(
  duplex: ByteDuplex,
  file: TransferFile,
  options: WireTransferOptions,
): Promise<TransferSession> {
  const session = new WireTransfer(duplex, file, options)
  try {
    await session.ready(options.signal)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

class WireTransfer implements TransferSession {
  readonly protocol: TransferProtocol
  readonly ended: Promise<Error>
  readonly #options: WireTransferOptions
  readonly #wire: LeecherWire
  readonly #ready = Promise.withResolvers<void>()
  readonly #resolveEnded: (reason: Error) => void
  readonly #over = new AbortController()
  readonly #fetches = new Map<number, ChunkFetch>()
  /** Of these, what the seeder was asked for. */
  readonly #asked = new Set<ChunkFetch>()
  #slots: RequestSlots | undefined
  /** The seeder's code when it wants to be paid before anything more leaves. */
  #unpaid: string | undefined
  #strayBytes = 0
  #reason: Error | undefined
  #cancelPatience = (): void => {}

  constructor(duplex: ByteDuplex, file: TransferFile, options: WireTransferOptions) {
    this.protocol = options.protocol
    this.#options = options
    const ended = Promise.withResolvers<Error>()
    this.ended = ended.promise
    this.#resolveEnded = ended.resolve
    this.#ready.promise.catch(() => {}) // whoever opens it is told
    this.#wire = new LeecherWire(duplex, file, options, {
      unchoked: () => this.#unchoked(),
      forgotten: () => this.#asked.clear(),
      came: (pieceIndex, offset, bytes) => this.#came(pieceIndex, offset, bytes),
      rejected: (pieceIndex) => this.#fetches.get(pieceIndex)?.fail(failed('the seeder rejects it')),
      refused: (pieceIndex, code) => this.#refused(pieceIndex, code),
      ended: (reason) => this.#end(reason),
    })
  }

  /** What the seeder announced; `undefined` where it announces nothing before it is paid. */
  get have(): Bitfield | undefined {
    const { have } = this.#wire
    return this.#unpaid !== undefined && have.count === 0 ? undefined : have
  }

  async ready(signal: AbortSignal | undefined): Promise<void> {
    this.#wait()
    try {
      await (signal === undefined ? this.#ready.promise : abortable(this.#ready.promise, signal))
    } catch (error) {
      if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'Opening the transfer was cancelled.')
      throw error
    }
  }

  async request({ chunkIndex, lengthBytes, signal }: TransferRequest): Promise<Uint8Array> {
    const { metrics } = this.#options
    try {
      const bytes = await this.#ask(chunkIndex, lengthBytes, signal)
      metrics.chunksReceived.inc()
      metrics.bytesReceived.inc(bytes.byteLength)
      return bytes
    } catch (error) {
      metrics.requestsFailed.inc()
      if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'The request was cancelled.')
      if (this.#reason !== undefined) throw closed(this.#reason)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#wire.end(new ChiralError('STREAM_CLOSED', 'The transfer over BitTorrent was closed.'))
  }

  async #ask(chunkIndex: number, lengthBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (this.#reason !== undefined) throw closed(this.#reason)
    const stopped = signal === undefined ? this.#over.signal : AbortSignal.any([this.#over.signal, signal])
    const release = await this.#turns().take(stopped)
    try {
      // On the wire a block has no name but its place, so a chunk is there once at a time.
      for (let other = this.#fetches.get(chunkIndex); other !== undefined; other = this.#fetches.get(chunkIndex))
        await abortable(other.left, stopped)
      if (this.#unpaid === undefined && !this.#wire.have.has(chunkIndex)) throw doesNotHave()
      const fetch = new ChunkFetch(chunkIndex, lengthBytes)
      this.#begin(fetch)
      try {
        return await abortable(fetch.chunk, stopped)
      } finally {
        this.#leave(fetch)
      }
    } finally {
      release()
    }
  }

  /** So many chunks at once as the seeder lets be asked for, and no more than are of use. */
  #turns(): RequestSlots {
    const lets = Math.floor(this.#wire.blocksAtOnce / BLOCKS_IN_CHUNK)
    this.#slots ??= new RequestSlots(Math.max(1, Math.min(lets, MAX_CONCURRENT_CHUNKS)))
    return this.#slots
  }

  #begin(fetch: ChunkFetch): void {
    if (this.#unpaid !== undefined) {
      // A seeder that was never shown a grant on this connection has nothing to look at again.
      if (this.#options.grant === undefined) throw unpaid(this.#unpaid)
      this.#unpaid = undefined
      this.#wire.askAgain()
    }
    this.#fetches.set(fetch.pieceIndex, fetch)
    if (this.#fetches.size === 1) this.#wait()
    if (!this.#wire.isChoked) this.#send(fetch)
  }

  #send(fetch: ChunkFetch): void {
    this.#asked.add(fetch)
    this.#wire.request(fetch.missing())
  }

  /** Whatever became of it; what was asked for and is not wanted any more is cancelled. */
  #leave(fetch: ChunkFetch): void {
    const wasAsked = this.#asked.delete(fetch)
    this.#fetches.delete(fetch.pieceIndex)
    if (this.#fetches.size === 0) this.#cancelPatience()
    const missing = wasAsked ? fetch.missing() : []
    if (missing.length > 0) {
      this.#wire.cancel(missing)
      this.#strayBytes -= missing.length * BLOCK_BYTES // they may be on their way
    }
    fetch.leave()
  }

  #unchoked(): void {
    for (const fetch of this.#fetches.values()) if (!fetch.isOver && !this.#asked.has(fetch)) this.#send(fetch)
    this.#isReady()
  }

  #refused(pieceIndex: number | undefined, code: string): void {
    if (pieceIndex === undefined) {
      this.#unpaid = code
      for (const fetch of this.#fetches.values()) fetch.fail(unpaid(code))
      return void this.#isReady()
    }
    const fetch = this.#fetches.get(pieceIndex)
    if (code === 'NOT_FOUND') fetch?.fail(doesNotHave())
    else if (code === 'RATE_LIMITED') fetch?.fail(failed('the seeder gives no more away just now'))
    else {
      this.#unpaid = code
      fetch?.fail(unpaid(code))
    }
  }

  #came(pieceIndex: number, offset: number, bytes: Uint8Array): void {
    if (this.#fetches.get(pieceIndex)?.take(offset, bytes) === true) return void this.#wait()
    this.#strayBytes += bytes.byteLength
    if (this.#strayBytes > MAX_STRAY_BYTES) throw failed('the seeder sends what nobody asked for')
  }

  #isReady(): void {
    this.#ready.resolve()
    if (this.#fetches.size === 0) this.#cancelPatience()
  }

  /** From now on, for whatever comes next. */
  #wait(): void {
    this.#cancelPatience()
    if (this.#reason !== undefined) return
    this.#cancelPatience = this.#options.clock.schedule(ANSWER_TIMEOUT_MS, () => {
      const late = failed(`nothing came for ${ANSWER_TIMEOUT_MS / 1_000} s`)
      this.#ready.reject(late)
      for (const fetch of this.#fetches.values()) fetch.fail(late)
    })
  }

  #end(reason: Error): void {
    this.#reason = reason
    this.#cancelPatience()
    this.#ready.reject(codeOf(reason) === 'TRANSFER_FAILED' ? reason : failed(messageOf(reason), reason))
    this.#over.abort(reason)
    for (const fetch of this.#fetches.values()) fetch.fail(closed(reason))
    this.#resolveEnded(reason)
  }
}
