import { ChiralError } from '../../domain/errors.ts'
import type { TransferFile, TransferRequest } from '../../domain/transfer.ts'
import { abortable } from '../../system/abortable.ts'
import type { Clock } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { DownloaderMetrics } from '../downloader-metrics.ts'
import { RequestSlots } from '../request-slots.ts'
import { ChunkAssembly } from './chunk-assembly.ts'
import type { Ed2kHash } from './ed2k-hash.ts'
import { MAX_CHUNKS_ON_LINE, MAX_STOCK_CHUNKS_ON_LINE, MAX_UNASKED_BYTES, STALL_TIMEOUT_MS } from './limits.ts'
import type { Message } from './messages.ts'
import type { PartCheck } from './part-check.ts'
import { chunkSpans } from './parts.ts'
import type { Wire } from './wire.ts'

export interface ChunkRequestsParts {
  readonly wire: Wire
  readonly file: TransferFile
  readonly hash: Ed2kHash
  /** The seeder serves chunks side by side; else one waits for all before it. */
  readonly isOwn: boolean
  readonly check: PartCheck
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: DownloaderMetrics
}

/** A chunk on the line. It stays there when nobody waits for it any more: the protocol cannot take one back. */
interface Asked {
  readonly assembly: ChunkAssembly
  readonly done: PromiseWithResolvers<Uint8Array>
  cancelStall: () => void
}

/** The chunks that are asked for over one connection, once it has a slot. */
export class ChunkRequests {
  readonly #parts: ChunkRequestsParts
  readonly #slots: RequestSlots
  readonly #asked = new Map<number, Asked>()
  readonly #over = new AbortController()
  #reason: Error | undefined
  #unaskedBytes = 0

  constructor(parts: ChunkRequestsParts) {
    this.#parts = parts
    this.#slots = new RequestSlots(parts.isOwn ? MAX_CHUNKS_ON_LINE : MAX_STOCK_CHUNKS_ON_LINE)
    void parts.wire.ended.then((reason) => {
      this.#reason = reason
      this.#over.abort(reason)
      for (const chunkIndex of this.#asked.keys()) this.#fail(chunkIndex, closed(reason))
    })
  }

  /** @throws ChiralError as `TransferSession.request` does */
  async request({ chunkIndex, signal }: TransferRequest): Promise<Uint8Array> {
    const { metrics, wire } = this.#parts
    const stopped = signal === undefined ? this.#over.signal : AbortSignal.any([this.#over.signal, signal])
    try {
      if (wire.isOver) throw closed(this.#reason)
      const release = await this.#slots.take(stopped)
      const known = this.#asked.get(chunkIndex)
      if (known !== undefined) {
        release()
        // Who waits for it as well may give its bytes away.
        return (await abortable(known.done.promise, stopped)).slice()
      }
      const asked = this.#ask(chunkIndex)
      const settled = asked.done.promise.then(release, release)
      void settled
      return await abortable(asked.done.promise, stopped)
    } catch (error) {
      metrics.requestsFailed.inc()
      if (signal?.aborted === true) throw new ChiralError('CANCELLED', 'The request was cancelled.')
      if (wire.isOver) throw closed(this.#reason)
      throw error
    }
  }

  take(message: Message): void {
    switch (message.kind) {
      case 'data':
        return void this.#takeData(message)
      case 'packed':
        return void this.#takePacked(message)
      case 'refused':
        return void this.#fail(message.chunkIndex, refusal(message))
      case 'no-file':
      case 'no-slot':
        return void this.#parts.wire.end(failed('the seeder gives no more'))
      default: // said late, or what only leechers say
    }
  }

  #ask(chunkIndex: number): Asked {
    const { wire, file, hash } = this.#parts
    const spans = chunkSpans(file.sizeBytes, chunkIndex)
    const done = Promise.withResolvers<Uint8Array>()
    done.promise.catch(() => {}) // whoever waits is told; after that nobody listens
    const asked: Asked = { assembly: new ChunkAssembly(chunkIndex, spans), done, cancelStall: () => {} }
    this.#asked.set(chunkIndex, asked)
    this.#expectMore(asked)
    wire.send({ kind: 'ask-ranges', hash, ranges: spans })
    return asked
  }

  #takeData({ hash, start, data }: Extract<Message, { kind: 'data' }>): void {
    const asked = hash === this.#parts.hash ? this.#find((assembly) => assembly.add(start, data)) : undefined
    this.#taken(asked, data.byteLength)
  }

  #takePacked({ hash, start, packedBytes, fragment }: Extract<Message, { kind: 'packed' }>): void {
    const add = (assembly: ChunkAssembly): boolean => assembly.addPacked(start, packedBytes, fragment)
    this.#taken(hash === this.#parts.hash ? this.#find(add) : undefined, fragment.byteLength)
  }

  #find(add: (assembly: ChunkAssembly) => boolean): Asked | undefined {
    for (const asked of this.#asked.values()) if (add(asked.assembly)) return asked
    return undefined
  }

  #taken(asked: Asked | undefined, bytes: number): void {
    if (asked === undefined) {
      this.#unaskedBytes += bytes
      // SPEC 14 §7: "The leecher MUST end a connection that brings more than 2 MiB of what was not asked for."
      if (this.#unaskedBytes > MAX_UNASKED_BYTES) this.#parts.wire.end(failed('the seeder sends what nobody asked for'))
      return
    }
    // One that serves one chunk after another makes progress with all of them.
    if (this.#parts.isOwn) this.#expectMore(asked)
    else for (const each of this.#asked.values()) this.#expectMore(each)
    if (asked.assembly.isWhole) this.#complete(asked)
  }

  #complete({ assembly, done, cancelStall }: Asked): void {
    const { check, metrics, wire, log, hash } = this.#parts
    const { chunkIndex, bytes } = assembly
    this.#asked.delete(chunkIndex)
    cancelStall()
    metrics.chunksReceived.inc()
    metrics.bytesReceived.inc(bytes.byteLength)
    const wrongPart = check.add(chunkIndex, bytes)
    done.resolve(bytes)
    if (wrongPart === undefined) return
    log.warn({ ed2k_hash: hash, part: wrongPart }, 'a part that came over ed2k is not that of its link')
    wire.end(failed(`part ${wrongPart} is not that of the link`))
  }

  #expectMore(asked: Asked): void {
    asked.cancelStall()
    asked.cancelStall = this.#parts.clock.schedule(STALL_TIMEOUT_MS, () =>
      this.#fail(asked.assembly.chunkIndex, failed(`nothing came for ${STALL_TIMEOUT_MS / 1_000} s`)),
    )
  }

  #fail(chunkIndex: number, error: ChiralError): void {
    const asked = this.#asked.get(chunkIndex)
    this.#asked.delete(chunkIndex)
    asked?.cancelStall()
    asked?.done.reject(error)
  }
}

function refusal({ code, detail }: Extract<Message, { kind: 'refused' }>): ChiralError {
  if (code === 'DONT_HAVE') return new ChiralError('DONT_HAVE', 'The seeder does not have this chunk.')
  if (code !== 'PAYMENT_REQUIRED') return failed(`the seeder refuses the chunk (${code})`)
  const details = detail === '' ? {} : { code: detail }
  return new ChiralError('PAYMENT_REQUIRED', 'The seeder wants to be paid for this chunk first.', { details })
}

function failed(why: string): ChiralError {
  return new ChiralError('TRANSFER_FAILED', `A transfer over ed2k failed: ${why}.`)
}

function closed(reason: Error | undefined): ChiralError {
  return new ChiralError(
    'STREAM_CLOSED',
    'The transfer over ed2k is over.',
    reason === undefined ? {} : { cause: reason },
  )
}
