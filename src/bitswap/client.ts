import type { Wei } from '../domain/amount.ts'
import { DecodeError, messageOf } from '../domain/errors.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import { within } from '../system/clock.ts'
import { FrameWriter } from '../system/frame-writer.ts'
import { readFrames } from '../system/framing.ts'
import type { AuthorizationQueue } from './authorization-queue.ts'
import type { BitswapClient, BitswapClientOptions, ChunkRequest, QuotedFile, ReceivedChunk } from './bitswap-client.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import {
  cancelled,
  payeeMismatch,
  remoteError,
  requestError,
  type StreamErrorCode,
  streamClosed,
  streamError,
} from './errors.ts'
import type { PayeeMessage, PayerMessage } from './message.ts'
import { PayLoop } from './pay-loop.ts'
import type { AccountStatus, ChunkRef, PayerAccount } from './payments.ts'
import {
  CLOSE_TIMEOUT_MS,
  FAREWELL_TIMEOUT_MS,
  HELLO_TIMEOUT_MS,
  MAX_OUTSTANDING_REQUESTS,
  MAX_PAYEE_FRAME_BYTES,
  PAY_TIMEOUT_MS,
  SEND_TIMEOUT_MS,
} from './protocol.ts'
import { quoteOf, refusalError } from './refusal.ts'
import { type PayerEvent, type PayerRequest, PayerSession } from './session.ts'
import type { Wanted } from './wanted.ts'
import { Wants } from './wants.ts'

type Hello = PayeeMessage & { type: 'payee-hello' }
type Answer = (PayerEvent & { kind: 'answered' })['answer']

/**
 * Shakes hands on a fresh stream and, when anything was ever vouchered or is unpaid, pays first of all.
 * @throws ChiralError `HELLO_TIMEOUT`, `PAYEE_MISMATCH`, `STREAM_CLOSED`, or the code the payee refused the hello with
 */
export async function openBitswap(options: BitswapClientOptions): Promise<BitswapClient> {
  const stream = new PayerStream(options)
  await stream.open()
  return stream
}

/** The shell of the payer's half: session.ts decides, this reads, sends, waits and calls back. */
class PayerStream implements BitswapClient {
  readonly #options: BitswapClientOptions
  readonly #session: PayerSession
  readonly #writer: FrameWriter
  readonly #wants: Wants
  readonly #payLoop: PayLoop | undefined
  readonly #waiters = new Map<number, PromiseWithResolvers<Answer>>()
  readonly #hello = Promise.withResolvers<Hello>()
  readonly #opened = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<Error>()
  #reason: Error | undefined
  #farewell: Promise<void> = Promise.resolve()
  #payee: Address | undefined

  constructor(options: BitswapClientOptions) {
    this.#options = options
    const { stream, clock, account } = options
    this.#session = new PayerSession(account !== undefined)
    this.#writer = new FrameWriter({
      stream,
      clock,
      sendTimeoutMs: SEND_TIMEOUT_MS,
      onFailure: (error) => this.#end(streamClosed(error)),
    })
    this.#wants = new Wants({
      client: options,
      session: this.#session,
      push: (message, sent) => this.#push(message, sent),
      payNow: () => this.#payLoop?.payOnce() ?? Promise.resolve(false),
    })
    const { authorizations } = this.#wants
    if (account !== undefined && authorizations !== undefined)
      this.#payLoop = this.#createPayLoop(account, authorizations)
  }

  get payee(): Address {
    if (this.#payee === undefined) throw streamClosed()
    return this.#payee
  }

  get status(): AccountStatus | undefined {
    return this.#session.status
  }

  get ended(): Promise<Error> {
    return this.#ended.promise
  }

  /** The handshake and the first payment. SPEC 03 §4.1 */
  async open(): Promise<void> {
    const { account, peerId, localPeerId, clock } = this.#options
    for (const { promise } of [this.#hello, this.#opened]) promise.catch(() => {})
    void this.#read()
    try {
      const { nonce, payee } = await within(clock, HELLO_TIMEOUT_MS, helloTimeout, this.#hello.promise)
      if (this.#options.payee !== undefined && payee !== this.#options.payee) throw payeeMismatch(payee)
      this.#payee = payee
      const proof = await account?.prove({ payerPeerId: localPeerId, payeePeerId: peerId, nonce })
      this.#push({ type: 'payer-hello', ...(proof === undefined ? {} : { proof }) })
      await within(clock, HELLO_TIMEOUT_MS, helloTimeout, this.#opened.promise)
      // SPEC 03 §6.3: "After a handshake with a proof the payer MUST send PAY before any WANT".
      await this.#payLoop?.settle().catch((error: unknown) => this.#firstPaymentFailed(error))
    } catch (error) {
      const reason = this.#reason ?? (error instanceof Error ? error : streamClosed(error))
      this.#end(reason)
      this.#options.stream.abort(reason)
      throw reason
    }
  }

  async quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile> {
    const answer = await this.#ask(
      { kind: 'quote' },
      (requestId) => ({ type: 'quote-request', requestId, fileHash }),
      signal,
    )
    if (answer.type !== 'quote' || answer.have.fileHash !== fileHash)
      throw this.#violate('the quote is for another file')
    return { quote: quoteOf(answer.terms, this.#options.clock.now()), have: answer.have.chunks }
  }

  async request(request: ChunkRequest): Promise<ReceivedChunk> {
    if (this.#reason !== undefined) throw streamClosed(this.#reason)
    return await this.#wants.request(request)
  }

  withdraw(chunk: ChunkRef): boolean {
    return this.#wants.withdraw(chunk)
  }

  verified(chunk: ChunkRef, price: Wei): void {
    this.#session.verified(chunk)
    if (this.#reason !== undefined || price === 0n) return
    this.#payLoop?.schedule()
    this.#wants.wake()
  }

  alreadyHave(chunk: ChunkRef): void {
    if (this.#reason !== undefined || !this.#session.alreadyHave(chunk)) return
    this.#push({ type: 'cancel', target: { kind: 'already-have', chunk } })
  }

  async settle(): Promise<void> {
    if (this.#reason !== undefined) throw streamClosed(this.#reason)
    await this.#payLoop?.settle()
  }

  async closeChannel(): Promise<string> {
    const agreement = this.#options.account?.agreeToClose()
    const asked = this.#ask({ kind: 'close' }, (requestId) => ({ type: 'close-channel', requestId, agreement }))
    const answer = await within(this.#options.clock, CLOSE_TIMEOUT_MS, closeTimeout, asked)
    if (answer.type !== 'close-ack') throw this.#violate('the answer to CLOSE_CHANNEL is another')
    return answer.transactionHash
  }

  async close(): Promise<void> {
    this.#end(streamClosed())
    await this.#farewell
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#options.stream.source, MAX_PAYEE_FRAME_BYTES)) {
        if (this.#reason !== undefined) return
        const event = this.#session.receive(decodeMessage(frame))
        try {
          this.#handle(event)
        } catch (error) {
          this.#options.log.error(
            { peerId: this.#options.peerId, err: error },
            'a message of a payee could not be handled',
          )
          this.#end(streamClosed(error), { type: 'error', code: 'INTERNAL' })
        }
      }
      this.#end(streamClosed())
    } catch (error) {
      // A frame that was cut short tells of a payee that died, not of one that lies.
      if (error instanceof DecodeError && error.details['cutShort'] !== true)
        this.#violate(messageOf(error), 'MALFORMED')
      else this.#end(streamClosed(error))
    }
  }

  #handle(event: PayerEvent): void {
    switch (event.kind) {
      case 'challenge':
        this.#hello.resolve(event.hello)
        return
      case 'opened':
        this.#opened.resolve()
        return
      case 'have':
        this.#options.onHave?.(event.have.fileHash, event.have.chunks)
        return
      case 'ended':
        this.#end(remoteError(event.code))
        return
      case 'violation':
        this.#violate(event.what, event.code)
        return
      case 'chunk':
        this.#wants.receiveChunk(event, this.#payLoop)
        return
      case 'refused':
        if (event.request.kind === 'want') this.#wants.receiveRefusal(event)
        else this.#takeWaiter(event.requestId)?.reject(refusalError(event.refusal, this.#options.clock.now()))
        break
      case 'answered':
        this.#takeWaiter(event.requestId)?.resolve(event.answer)
        break
      case 'settled':
        if (event.requestId !== undefined) this.#wants.receiveCancelled(event.requestId)
        break
    }
    this.#wants.wake()
  }

  #takeWaiter(requestId: number): PromiseWithResolvers<Answer> | undefined {
    const waiter = this.#waiters.get(requestId)
    this.#waiters.delete(requestId)
    return waiter
  }

  /** Sends a request that one message answers. */
  #ask(request: PayerRequest, message: (requestId: number) => PayerMessage, signal?: AbortSignal): Promise<Answer> {
    if (this.#reason !== undefined) return Promise.reject(streamClosed(this.#reason))
    if (signal?.aborted === true) return Promise.reject(cancelled(signal))
    if (this.#waiters.size >= MAX_OUTSTANDING_REQUESTS) return Promise.reject(tooMany())
    const waiter = Promise.withResolvers<Answer>()
    const requestId = this.#session.send(request)
    this.#waiters.set(requestId, waiter)
    this.#push(message(requestId))
    const onAbort = (): void => waiter.reject(cancelled(signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    return waiter.promise.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  #createPayLoop(account: PayerAccount, authorizations: AuthorizationQueue<Wanted>): PayLoop {
    return new PayLoop({
      account,
      clock: this.#options.clock,
      settle: (apply) => authorizations.settle(apply),
      send: async (voucher) => {
        this.#options.metrics.vouchersSent.inc()
        const asked = this.#ask({ kind: 'pay' }, (requestId) => ({ type: 'pay', requestId, voucher }))
        await within(this.#options.clock, PAY_TIMEOUT_MS, payTimeout, asked)
      },
      onFailure: (error) => this.#options.log.debug({ peerId: this.#options.peerId, err: error }, 'a payment failed'),
    })
  }

  #firstPaymentFailed(error: unknown): void {
    if (this.#reason !== undefined) throw this.#reason
    // The books may still allow free chunks or a re-send; what they do not allow is refused by its own code.
    this.#options.log.info({ peerId: this.#options.peerId, err: error }, 'the payee did not take the first payment')
  }

  #push(message: PayerMessage, sent?: () => void): void {
    this.#writer.push(encodeMessage(message), sent)
  }

  /** The payee broke the protocol: tells it so and tears the stream down. */
  #violate(what: string, code: StreamErrorCode = 'UNEXPECTED_MESSAGE'): Error {
    const reason = streamError(code, what)
    if (this.#reason === undefined) {
      this.#options.metrics.streamsAborted.inc()
      this.#end(reason, { type: 'error', code })
      void this.#farewell.then(() => this.#options.stream.abort(reason))
    }
    return reason
  }

  #end(reason: Error, last?: PayerMessage): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    const farewell = last === undefined ? undefined : encodeMessage(last)
    this.#farewell = this.#writer.finish({ last: farewell, timeoutMs: FAREWELL_TIMEOUT_MS, reason })
    this.#payLoop?.stop()
    this.#hello.reject(reason)
    this.#opened.reject(reason)
    const error = streamClosed(reason)
    this.#wants.close(error)
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
    this.#ended.resolve(reason)
  }
}

const tooMany = (): Error => requestError('TOO_MANY_REQUESTS', 'Too many questions to one peer at once: ask later.')
const helloTimeout = (): Error => streamError('HELLO_TIMEOUT', 'the payee did not answer the handshake')
const payTimeout = (): Error => requestError('PAY_TIMEOUT', 'The payee did not confirm a payment in time.')
const closeTimeout = (): Error => requestError('CLOSE_FAILED', 'The payee did not close the channel in time.')
