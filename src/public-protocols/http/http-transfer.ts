import { Pool } from 'undici'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { TransferFile, TransferRequest, TransferSession } from '../../domain/transfer.ts'
import { abortable } from '../../system/abortable.ts'
import type { Clock } from '../../system/clock.ts'
import type { DownloaderMetrics } from '../downloader-metrics.ts'
import {
  type DialRules,
  type DialTarget,
  type HttpEndpoint,
  refuseGrantInTheClear,
  resolveEndpoint,
} from './endpoint.ts'
import { type AnswerReader, type Asked, exchange } from './exchange.ts'
import { cancelled, closed, failed, unexpected } from './failures.ts'
import { NO_DIGEST } from './headers.ts'
import { KEEP_ALIVE_MS, MAX_ANSWER_HEADER_BYTES, MAX_CONCURRENT_REQUESTS } from './limits.ts'
import { pinnedConnector } from './pinned-connector.ts'
import { RunAnswer, rangeOf } from './run-answer.ts'
import { takeRun, WantedChunk } from './wanted-chunk.ts'

export interface HttpTransferDependencies {
  readonly rules: DialRules
  readonly clock: Clock
  readonly metrics: DownloaderMetrics
  /** What the seeder gave this payer, to be shown with each request. */
  readonly grant?: string | undefined
  /** Gives opening up. */
  readonly signal?: AbortSignal | undefined
}

/** Errors of the connector: whoever cannot be connected to has nothing more to give. */
const FINAL = new Set(['PEER_UNREACHABLE', 'CERTIFICATE_MISMATCH'])

/**
 * Connects to a seeder's HTTP server and asks whether it answers for the file.
 * @throws ChiralError `ENDPOINT_REFUSED`, `CANCELLED`, `TRANSFER_FAILED`
 */
export async function openHttpTransfer(
  endpoint: HttpEndpoint,
  file: TransferFile,
  deps: HttpTransferDependencies,
): Promise<TransferSession> {
  const { signal } = deps
  const resolving = resolveEndpoint(endpoint, deps.rules)
  const target = await (signal === undefined ? resolving : abortable(resolving, signal))
  if (deps.grant !== undefined) refuseGrantInTheClear(endpoint, target)
  const session = new HttpTransfer(target, file, deps)
  try {
    await session.probe(signal)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

class HttpTransfer implements TransferSession {
  readonly protocol = 'http'
  /** Who asks for a chunk finds out. */
  readonly have = undefined
  readonly ended: Promise<Error>
  readonly #deps: HttpTransferDependencies
  readonly #pool: Pool
  readonly #path: string
  readonly #sizeBytes: number
  readonly #headers: Readonly<Record<string, string>>
  readonly #over = new AbortController()
  readonly #resolveEnded: (reason: Error) => void
  /** In the order in which they were asked for. */
  readonly #waiting: WantedChunk[] = []
  #free = MAX_CONCURRENT_REQUESTS
  #isScheduled = false
  /** It refused several chunks at once: it holds a part, or is no seeder of ours. */
  #asksOneByOne = false
  #reason: Error | undefined

  constructor(target: DialTarget, { fileHash, sizeBytes }: TransferFile, deps: HttpTransferDependencies) {
    this.#deps = deps
    this.#sizeBytes = sizeBytes
    this.#path = `${target.basePath}file/${fileHash}`
    const { grant } = deps
    const authorization = grant === undefined ? {} : { authorization: `Bearer ${grant}` }
    this.#headers = { 'accept-encoding': 'identity', ...authorization }
    const ended = Promise.withResolvers<Error>()
    this.ended = ended.promise
    this.#resolveEnded = ended.resolve
    this.#pool = new Pool(target.origin, {
      connect: pinnedConnector(target, deps.clock, this.#over.signal),
      connections: MAX_CONCURRENT_REQUESTS,
      pipelining: 1,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // The clock that is passed in measures both.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** Does the seeder answer as one? It may have no chunk 0. */
  async probe(signal: AbortSignal | undefined): Promise<void> {
    const answer: AnswerReader = {
      head(statusCode) {
        if (statusCode !== 200 && statusCode !== 404) throw unexpected(statusCode)
      },
      data() {},
      end() {},
    }
    const stopped = signal === undefined ? this.#over.signal : AbortSignal.any([this.#over.signal, signal])
    try {
      await this.#exchange(this.#askFor('HEAD', 0), answer, stopped)
    } catch (error) {
      throw signal?.aborted === true ? cancelled() : this.#failure(error)
    }
  }

  async request({ chunkIndex, lengthBytes, signal }: TransferRequest): Promise<Uint8Array> {
    const { metrics } = this.#deps
    const wanted = new WantedChunk(chunkIndex, lengthBytes)
    const cancel = (): void => this.#cancel(wanted)
    try {
      if (this.#reason !== undefined) throw closed(this.#reason)
      if (signal?.aborted === true) throw cancelled()
      signal?.addEventListener('abort', cancel, { once: true })
      this.#waiting.push(wanted)
      this.#schedule()
      const bytes = await wanted.promise
      metrics.chunksReceived.inc()
      metrics.bytesReceived.inc(bytes.byteLength)
      return bytes
    } catch (error) {
      metrics.requestsFailed.inc()
      throw error
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  close(): Promise<void> {
    this.#end(new ChiralError('STREAM_CLOSED', 'The transfer over HTTP was closed.'))
    return this.#pool.destroy()
  }

  #end(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#over.abort(reason)
    for (const wanted of this.#waiting.splice(0)) wanted.fail(closed(reason))
    this.#resolveEnded(reason)
  }

  #cancel(wanted: WantedChunk): void {
    const at = this.#waiting.indexOf(wanted)
    if (at >= 0) this.#waiting.splice(at, 1)
    if (!wanted.isOver) wanted.fail(cancelled())
  }

  /** Later in this turn: those who ask in the same one can share a request. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      while (this.#free > 0 && this.#waiting.length > 0) void this.#fetch(this.#nextRun())
    })
  }

  #nextRun(): WantedChunk[] {
    return this.#asksOneByOne ? this.#waiting.splice(0, 1) : takeRun(this.#waiting, this.#free)
  }

  /** Never rejects. */
  async #fetch(run: readonly WantedChunk[]): Promise<void> {
    this.#free--
    const answer = new RunAnswer(run, this.#sizeBytes)
    const unwanted = new AbortController()
    // Bytes that somebody still waits for may be behind those that nobody does.
    const look = (): void => {
      if (run.every(({ isOver }) => isOver)) unwanted.abort(cancelled())
    }
    for (const { promise } of run) promise.catch(look)
    try {
      const [first] = run
      const asked = run.length > 1 ? this.#askForSeveral(run) : this.#askFor('GET', first?.chunkIndex ?? 0)
      await this.#exchange(asked, answer, AbortSignal.any([this.#over.signal, unwanted.signal]))
    } catch (error) {
      this.#asksOneByOne ||= run.length > 1 && answer.isRefused
      this.#failed(run, this.#failure(error))
    } finally {
      this.#free++
      this.#schedule()
    }
  }

  /** Of several, which did not come and why is seen when they are asked for again, each alone. */
  #failed(run: readonly WantedChunk[], failure: ChiralError): void {
    const left = run.filter(({ isOver }) => !isOver)
    const isAgain = run.length > 1 && this.#reason === undefined
    for (const wanted of left)
      if (isAgain) wanted.isAlone = true
      else wanted.fail(failure)
    if (isAgain) this.#waiting.unshift(...left)
  }

  #askFor(method: Asked['method'], chunkIndex: number): Asked {
    // The manifest says what a chunk is.
    return { method, path: `${this.#path}/chunk/${chunkIndex}`, headers: { ...this.#headers, ...NO_DIGEST } }
  }

  #askForSeveral(run: readonly WantedChunk[]): Asked {
    return { method: 'GET', path: this.#path, headers: { ...this.#headers, range: `bytes=${rangeOf(run)}` } }
  }

  #exchange(asked: Asked, answer: AnswerReader, signal: AbortSignal): Promise<void> {
    return exchange(this.#pool, asked, answer, { clock: this.#deps.clock, signal })
  }

  #failure(error: unknown): ChiralError {
    if (this.#reason !== undefined) return closed(this.#reason)
    const code = codeOf(error) ?? ''
    if (error instanceof ChiralError && !FINAL.has(code)) return error
    const failure = failed(error instanceof Error ? error.message : String(error), error)
    if (FINAL.has(code)) this.#end(failure)
    return failure
  }
}
