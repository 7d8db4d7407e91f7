import { type Dispatcher, Pool } from 'undici'
import { z } from 'zod'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { TransferFile, TransferRequest, TransferSession } from '../../domain/transfer.ts'
import { abortable } from '../../system/abortable.ts'
import type { Clock } from '../../system/clock.ts'
import type { DownloaderMetrics } from '../downloader-metrics.ts'
import { RequestSlots } from '../request-slots.ts'
import {
  type DialRules,
  type DialTarget,
  type HttpEndpoint,
  refuseGrantInTheClear,
  resolveEndpoint,
} from './endpoint.ts'
import { NO_DIGEST } from './headers.ts'
import {
  ANSWER_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_ANSWER_HEADER_BYTES,
  MAX_CONCURRENT_REQUESTS,
  MAX_REFUSAL_BYTES,
  STALL_TIMEOUT_MS,
} from './limits.ts'
import { pinnedConnector } from './pinned-connector.ts'

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
  /** HTTP asks chunk by chunk. */
  readonly have = undefined
  readonly ended: Promise<Error>
  readonly #deps: HttpTransferDependencies
  readonly #pool: Pool
  readonly #path: string
  readonly #slots = new RequestSlots(MAX_CONCURRENT_REQUESTS)
  readonly #over = new AbortController()
  readonly #resolveEnded: (reason: Error) => void
  #reason: Error | undefined

  constructor(target: DialTarget, { fileHash }: TransferFile, deps: HttpTransferDependencies) {
    this.#deps = deps
    this.#path = `${target.basePath}file/${fileHash}/chunk/`
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
    await this.#ask('HEAD', 0, signal, async ({ statusCode, body }) => {
      await body.dump()
      if (statusCode !== 200 && statusCode !== 404) throw unexpected(statusCode)
    })
  }

  async request({ chunkIndex, lengthBytes, signal }: TransferRequest): Promise<Uint8Array> {
    const { metrics } = this.#deps
    try {
      const bytes = await this.#ask('GET', chunkIndex, signal, (answer, progress) =>
        readChunk(answer, lengthBytes, progress),
      )
      metrics.chunksReceived.inc()
      metrics.bytesReceived.inc(bytes.byteLength)
      return bytes
    } catch (error) {
      metrics.requestsFailed.inc()
      throw error
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
    this.#resolveEnded(reason)
  }

  /** One request, from waiting for its turn to the last byte of what `read` wants of its answer. */
  async #ask<T>(
    method: 'GET' | 'HEAD',
    chunkIndex: number,
    signal: AbortSignal | undefined,
    read: (answer: Answer, progress: () => void) => Promise<T>,
  ): Promise<T> {
    if (this.#reason !== undefined) throw closed(this.#reason)
    const stopped = signal === undefined ? this.#over.signal : AbortSignal.any([this.#over.signal, signal])
    const patience = new Patience(this.#deps.clock, stopped)
    let release = (): void => {}
    try {
      release = await this.#slots.take(stopped)
      patience.wait(ANSWER_TIMEOUT_MS)
      const { grant } = this.#deps
      const headers = {
        'accept-encoding': 'identity',
        ...NO_DIGEST, // the manifest says what a chunk is
        ...(grant === undefined ? {} : { authorization: `Bearer ${grant}` }),
      }
      const options = { method, path: `${this.#path}${chunkIndex}`, headers, signal: patience.signal }
      // undici lets go of a request in its queue only when its turn comes.
      const answer = await abortable(this.#pool.request(options), patience.signal)
      answer.body.on('error', () => {}) // whoever reads it is told; after that nobody listens
      patience.wait(STALL_TIMEOUT_MS)
      return await read(answer, () => patience.wait(STALL_TIMEOUT_MS))
    } catch (error) {
      throw this.#failure(error, signal)
    } finally {
      patience.done()
      release()
    }
  }

  #failure(error: unknown, signal: AbortSignal | undefined): ChiralError {
    if (signal?.aborted === true) return new ChiralError('CANCELLED', 'The request was cancelled.')
    if (this.#reason !== undefined) return closed(this.#reason)
    const code = codeOf(error) ?? ''
    if (error instanceof ChiralError && !FINAL.has(code)) return error
    const failure = failed(messageOf(error), error)
    if (FINAL.has(code)) this.#end(failure)
    return failure
  }
}

type Answer = Dispatcher.ResponseData

/** @throws ChiralError as `TransferSession.request` does */
async function readChunk(
  { statusCode, headers, body }: Answer,
  lengthBytes: number,
  progress: () => void,
): Promise<Uint8Array> {
  if (statusCode !== 200) throw await refusalIn(statusCode, body)
  try {
    // SPEC 11 §5: "It MUST refuse an answer with another status than 200, another `Content-Length` than the chunk's length or none"
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw failed('the chunk is encoded')
    if (headers['content-length'] !== String(lengthBytes)) throw failed('the chunk has another length')
    const bytes = new Uint8Array(lengthBytes)
    let filled = 0
    for await (const part of body as AsyncIterable<Uint8Array>) {
      progress()
      if (filled + part.byteLength > lengthBytes) throw failed('the chunk is longer than it says')
      bytes.set(part, filled)
      filled += part.byteLength
    }
    if (filled < lengthBytes) throw failed('the chunk ends early')
    return bytes
  } finally {
    body.destroy()
  }
}

/** A code of the private protocols; whatever else a seeder may say is nothing to act on. */
const refusalSchema = z.object({ error: z.object({ code: z.string().regex(/^[A-Z0-9_]{1,64}$/) }) })

async function refusalIn(statusCode: number, body: Answer['body']): Promise<ChiralError> {
  if (statusCode === 402) {
    const { data } = refusalSchema.safeParse(await readJson(body))
    return new ChiralError('PAYMENT_REQUIRED', 'The seeder wants to be paid for this chunk first.', {
      details: data === undefined ? {} : { code: data.error.code },
    })
  }
  // Read to its end, or to the limit: then the connection can be used again.
  await body.dump({ limit: MAX_REFUSAL_BYTES })
  if (statusCode === 404) return new ChiralError('DONT_HAVE', 'The seeder does not have this chunk.')
  return unexpected(statusCode)
}

/** What a refusal says, as far as it is short and JSON. */
async function readJson(body: Answer['body']): Promise<unknown> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body as AsyncIterable<Uint8Array>) {
    length += part.byteLength
    if (length > MAX_REFUSAL_BYTES) return undefined
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    return undefined
  }
}

/** Aborts when nothing comes for as long as was last said, or when `stopped` does. */
class Patience {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  readonly #stopped: AbortSignal
  readonly #stop = (): void => this.#controller.abort(this.#stopped.reason)
  #cancel = (): void => {}

  constructor(clock: Clock, stopped: AbortSignal) {
    this.#clock = clock
    this.#stopped = stopped
    if (stopped.aborted) this.#stop()
    stopped.addEventListener('abort', this.#stop, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  wait(ms: number): void {
    this.#cancel()
    this.#cancel = this.#clock.schedule(ms, () => this.#controller.abort(failed(`nothing came for ${ms / 1000} s`)))
  }

  done(): void {
    this.#cancel()
    this.#stopped.removeEventListener('abort', this.#stop)
  }
}

function failed(why: string, cause?: unknown): ChiralError {
  return new ChiralError('TRANSFER_FAILED', `A request over HTTP failed: ${why}.`, cause === undefined ? {} : { cause })
}

function unexpected(statusCode: number): ChiralError {
  return failed(`the seeder answers with status ${statusCode}`)
}

function closed(reason: Error): ChiralError {
  return new ChiralError('STREAM_CLOSED', 'The transfer over HTTP is over.', { cause: reason })
}
