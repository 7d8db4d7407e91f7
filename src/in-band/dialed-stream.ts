import { DecodeError, messageOf } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import { within } from '../system/clock.ts'
import { FrameWriter } from '../system/frame-writer.ts'
import { readFrames } from '../system/framing.ts'
import type { ChunkClientOptions } from './chunk-client.ts'
import { cancelled, payeeMismatch, requestError, type StreamErrorCode, streamClosed, streamError } from './errors.ts'
import { FAREWELL_TIMEOUT_MS, HELLO_TIMEOUT_MS, MAX_QUESTIONS, SEND_TIMEOUT_MS } from './limits.ts'
import type { MessageCodec } from './message-codec.ts'
import type { AccountStatus, HelloProof } from './payments.ts'

export interface DialedStreamOptions<Message> {
  readonly client: ChunkClientOptions
  readonly codec: MessageCodec<Message>
  /** Acts on a message that came. */
  readonly receive: (message: Message) => void
  /** The stream is over: whatever waits for it is to be rejected with `error`. */
  readonly onEnd: (error: Error) => void
}

/** The payer's end of one stream: the handshake, frames in and out, questions and answers, and the ways it ends. */
export class DialedStream<Message, Answer> {
  readonly #options: DialedStreamOptions<Message>
  readonly #writer: FrameWriter
  readonly #waiters = new Map<number, PromiseWithResolvers<Answer>>()
  readonly #challenge = Promise.withResolvers<{ readonly nonce: Uint8Array; readonly payee: Address }>()
  readonly #opened = Promise.withResolvers<AccountStatus | undefined>()
  readonly #ended = Promise.withResolvers<Error>()
  #reason: Error | undefined
  #farewell: Promise<void> = Promise.resolve()
  #payee: Address | undefined

  constructor(options: DialedStreamOptions<Message>) {
    this.#options = options
    const { stream, clock } = options.client
    this.#writer = new FrameWriter({
      stream,
      clock,
      sendTimeoutMs: SEND_TIMEOUT_MS,
      onFailure: (error) => void this.end(streamClosed(error)),
    })
  }

  /** Why the stream is over, once it is. */
  get reason(): Error | undefined {
    return this.#reason
  }

  /** Resolves with the reason when the stream is over. */
  get ended(): Promise<Error> {
    return this.#ended.promise
  }

  get payee(): Address {
    if (this.#payee === undefined) throw streamClosed()
    return this.#payee
  }

  /**
   * The handshake and the first payment. SPEC 03 §4.1
   * @param hello This side's answer to the payee's challenge.
   */
  async open(hello: (proof: HelloProof | undefined) => Message, payFirst: () => Promise<void>): Promise<void> {
    const { account, payee, peerId, localPeerId, clock, log, stream } = this.#options.client
    for (const { promise } of [this.#challenge, this.#opened]) promise.catch(() => {})
    void this.#read()
    try {
      const challenge = await within(clock, HELLO_TIMEOUT_MS, helloTimeout, this.#challenge.promise)
      if (payee !== undefined && challenge.payee !== payee) throw payeeMismatch(challenge.payee)
      this.#payee = challenge.payee
      const { nonce } = challenge
      this.push(hello(await account?.prove({ payerPeerId: localPeerId, payeePeerId: peerId, nonce })))
      const status = await within(clock, HELLO_TIMEOUT_MS, helloTimeout, this.#opened.promise)
      if (status !== undefined) await account?.takeBack(status)
      // SPEC 03 §6.3: "After a handshake with a proof the payer MUST send PAY before any WANT".
      await payFirst().catch((error: unknown) => {
        if (this.#reason !== undefined) throw this.#reason
        // The books may still allow free chunks or a re-send; what they do not allow is refused by its own code.
        log.info({ peerId, err: error }, 'the payee did not take the first payment')
      })
    } catch (error) {
      const reason = this.#reason ?? (error instanceof Error ? error : streamClosed(error))
      void this.end(reason)
      stream.abort(reason)
      throw reason
    }
  }

  challenged(challenge: { readonly nonce: Uint8Array; readonly payee: Address }): void {
    this.#challenge.resolve(challenge)
  }

  accepted(status: AccountStatus | undefined): void {
    this.#opened.resolve(status)
  }

  push(message: Message, sent?: () => void): void {
    this.#writer.push(this.#options.codec.encode(message), sent)
  }

  /** Sends a question that one message answers; `send` numbers it. */
  ask(
    send: () => { requestId: number; message: Message; sent?: (() => void) | undefined },
    signal?: AbortSignal,
  ): Promise<Answer> {
    if (this.#reason !== undefined) return Promise.reject(streamClosed(this.#reason))
    if (signal?.aborted === true) return Promise.reject(cancelled(signal))
    if (this.#waiters.size >= MAX_QUESTIONS) return Promise.reject(tooMany())
    const waiter = Promise.withResolvers<Answer>()
    const { requestId, message, sent } = send()
    this.#waiters.set(requestId, waiter)
    this.push(message, sent)
    const onAbort = (): void => waiter.reject(cancelled(signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    return waiter.promise.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  answered(requestId: number, answer: Answer): void {
    this.#takeWaiter(requestId)?.resolve(answer)
  }

  refused(requestId: number, error: Error): void {
    this.#takeWaiter(requestId)?.reject(error)
  }

  /** The payee broke the protocol: tells it so and tears the stream down. */
  violate(what: string, code: StreamErrorCode = 'UNEXPECTED_MESSAGE'): Error {
    const reason = streamError(code, what)
    if (this.#reason === undefined) {
      const { metrics, stream } = this.#options.client
      metrics.streamsAborted.inc()
      void this.end(reason, code).then(() => stream.abort(reason))
    }
    return reason
  }

  /** Ends the stream, with an error of `code` if there is one. Resolves when the farewell is said. */
  end(reason: Error, code?: StreamErrorCode): Promise<void> {
    if (this.#reason !== undefined) return this.#farewell
    this.#reason = reason
    const { codec, onEnd } = this.#options
    const last = code === undefined ? undefined : codec.encode(codec.errorOf({ code }))
    this.#farewell = this.#writer.finish({ last, timeoutMs: FAREWELL_TIMEOUT_MS, reason })
    this.#challenge.reject(reason)
    this.#opened.reject(reason)
    const error = streamClosed(reason)
    onEnd(error)
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
    this.#ended.resolve(reason)
    return this.#farewell
  }

  async #read(): Promise<void> {
    const { client, codec } = this.#options
    try {
      for await (const frame of readFrames(client.stream.source, codec.maxPayeeFrameBytes)) {
        if (this.#reason !== undefined) return
        this.#receive(codec.decode(frame))
      }
      void this.end(streamClosed())
    } catch (error) {
      // A frame that was cut short tells of a payee that died, not of one that lies.
      if (error instanceof DecodeError && error.details['cutShort'] !== true)
        this.violate(messageOf(error), 'MALFORMED')
      else void this.end(streamClosed(error))
    }
  }

  #receive(message: Message): void {
    try {
      this.#options.receive(message)
    } catch (error) {
      const { log, peerId } = this.#options.client
      log.error({ peerId, err: error }, 'a message of a payee could not be handled')
      void this.end(streamClosed(error), 'INTERNAL')
    }
  }

  #takeWaiter(requestId: number): PromiseWithResolvers<Answer> | undefined {
    const waiter = this.#waiters.get(requestId)
    this.#waiters.delete(requestId)
    return waiter
  }
}

const tooMany = (): Error => requestError('TOO_MANY_REQUESTS', 'Too many questions to one peer at once: ask later.')
const helloTimeout = (): Error => streamError('HELLO_TIMEOUT', 'the payee did not answer the handshake')
