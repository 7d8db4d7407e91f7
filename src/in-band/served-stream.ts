import { ChiralError, codeOf, messageOf } from '../domain/errors.ts'
import { type BulkFrame, FrameWriter } from '../system/frame-writer.ts'
import { readFrames } from '../system/framing.ts'
import { streamClosed, streamError } from './errors.ts'
import { wireCodeOf } from './fields.ts'
import { FAREWELL_TIMEOUT_MS, HELLO_TIMEOUT_MS, IDLE_TIMEOUT_MS, SEND_TIMEOUT_MS } from './limits.ts'
import type { MessageCodec } from './message-codec.ts'
import type { ServeOptions } from './serve-options.ts'

export interface ServedStreamOptions<Message> {
  readonly server: ServeOptions
  readonly codec: MessageCodec<Message>
  /** Acts on a message that came. What it throws is this node's own fault. */
  readonly receive: (message: Message, now: number) => void
  /** The next chunk to send. */
  readonly pull: () => BulkFrame | undefined
}

/** The payee's end of one stream: frames in and out, waits, and the ways it ends. */
export class ServedStream<Message> {
  readonly #options: ServedStreamOptions<Message>
  readonly #writer: FrameWriter
  readonly #over = Promise.withResolvers<void>()
  #reason: Error | undefined
  #activeAt: number
  #cancelTimer: () => void = () => {}
  #isWaiting = false

  constructor(options: ServedStreamOptions<Message>) {
    this.#options = options
    const { stream, clock } = options.server
    this.#activeAt = clock.monotonic()
    this.#writer = new FrameWriter({
      stream,
      clock,
      sendTimeoutMs: SEND_TIMEOUT_MS,
      pull: () => this.#pull(),
      onFailure: (error) => this.fail(codeOf(error) ?? 'STREAM_CLOSED', messageOf(error)),
    })
  }

  get ended(): boolean {
    return this.#reason !== undefined
  }

  /** Speaks first, then serves to the end. Never rejects: what a peer does wrong ends its stream and nothing else. */
  async run(hello: Message): Promise<void> {
    const { signal, clock } = this.#options.server
    const onAbort = (): void => this.fail('SHUTTING_DOWN', 'this node stops')
    signal?.addEventListener('abort', onAbort, { once: true })
    this.push(hello)
    this.#cancelTimer = clock.schedule(HELLO_TIMEOUT_MS, () =>
      this.fail('HELLO_TIMEOUT', 'the payer did not finish the handshake in time'),
    )
    if (signal?.aborted === true) onAbort()
    await Promise.race([this.#read(), this.#over.promise])
    signal?.removeEventListener('abort', onAbort)
    this.#cancelTimer()
    await this.#writer.finish({ timeoutMs: FAREWELL_TIMEOUT_MS, reason: this.#reason ?? streamClosed() })
  }

  /** The handshake is finished. */
  opened(): void {
    this.#cancelTimer()
    this.#scheduleIdle(IDLE_TIMEOUT_MS)
  }

  push(message: Message): void {
    this.#writer.push(this.#options.codec.encode(message))
  }

  /** `pull` has a chunk. */
  kick(): void {
    this.#writer.kick()
  }

  /** Work that a message set off: what it throws is this node's own fault. */
  track(work: Promise<void>): void {
    work.catch((error: unknown) => this.failInternally(error))
  }

  failInternally(error: unknown): void {
    const { log, remotePeerId } = this.#options.server
    log.error({ peerId: remotePeerId, err: error }, 'serving a peer failed')
    this.fail('INTERNAL', 'this node cannot serve now')
  }

  /** Tells the peer why, and ends the stream. */
  fail(code: string, what: string, blocksLeft?: number): void {
    if (this.#reason !== undefined) return
    const { log, metrics, remotePeerId } = this.#options.server
    metrics.streamsAborted.inc()
    log.debug({ peerId: remotePeerId, code, what }, 'a chunk stream was ended')
    this.#stop(streamError(code, what), this.#options.codec.errorOf({ code, blocksLeft }))
  }

  /** The handshake was refused. */
  refuse(error: unknown): void {
    const left = error instanceof ChiralError ? error.details['blocksLeft'] : undefined
    this.fail(wireCodeOf(error), messageOf(error), typeof left === 'number' ? left : undefined)
  }

  /** The peer said farewell. */
  hungUp(code?: string): void {
    if (this.#reason !== undefined) return
    const { log, remotePeerId } = this.#options.server
    log.debug({ peerId: remotePeerId, code }, 'the payer ended the stream')
    this.#stop(streamClosed())
  }

  /** The next chunk, as soon as the limit on what is sent lets it go. */
  #pull(): BulkFrame | undefined {
    const { clock, rate } = this.#options.server
    const delayMs = rate?.delayMs() ?? 0
    if (delayMs === 0) {
      const bulk = this.#options.pull()
      if (bulk !== undefined) rate?.take(bulk.frame.byteLength)
      return bulk
    }
    if (!this.#isWaiting) {
      this.#isWaiting = true
      clock.schedule(delayMs, () => {
        this.#isWaiting = false
        this.kick()
      })
    }
    return undefined
  }

  async #read(): Promise<void> {
    const { server, codec } = this.#options
    try {
      for await (const frame of readFrames(server.stream.source, codec.maxPayerFrameBytes)) {
        if (this.#reason !== undefined) continue // only the peer's farewell is waited for
        this.#activeAt = server.clock.monotonic()
        this.#receive(codec.decode(frame))
        await this.#writer.ready() // a peer that does not read its answers is not asked for more questions
      }
      this.#reason ??= streamClosed()
    } catch (error) {
      if (codeOf(error) !== 'DECODE_FAILED') this.#reason ??= streamClosed(error)
      else if (this.#reason === undefined) {
        this.fail('MALFORMED', messageOf(error))
        await this.#over.promise
      }
    }
  }

  #receive(message: Message): void {
    try {
      this.#options.receive(message, this.#activeAt)
    } catch (error) {
      this.failInternally(error)
    }
  }

  #scheduleIdle(delayMs: number): void {
    const { clock } = this.#options.server
    this.#cancelTimer = clock.schedule(delayMs, () => {
      const left = this.#activeAt + IDLE_TIMEOUT_MS - clock.monotonic()
      if (left > 0) this.#scheduleIdle(left)
      else this.fail('IDLE', 'nothing was asked for a long time')
    })
  }

  /** Says farewell, gives the peer a second to read it and hang up, then tears the stream down. */
  #stop(reason: Error, last?: Message): void {
    this.#reason = reason
    const { server, codec } = this.#options
    const farewell = {
      last: last === undefined ? undefined : codec.encode(last),
      timeoutMs: FAREWELL_TIMEOUT_MS,
      reason,
    }
    void this.#writer.finish(farewell).then(() => {
      server.clock.schedule(FAREWELL_TIMEOUT_MS, () => {
        server.stream.abort(reason)
        this.#over.resolve()
      })
    })
  }
}
