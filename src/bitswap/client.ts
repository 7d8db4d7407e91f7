import type { Wei } from '../domain/amount.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { ChunkClient, ChunkRequest, QuotedFile, ReceivedChunk } from '../in-band/chunk-client.ts'
import { DialedStream } from '../in-band/dialed-stream.ts'
import { closeTimeout, payTimeout, remoteError, streamClosed } from '../in-band/errors.ts'
import { CLOSE_TIMEOUT_MS, PAY_TIMEOUT_MS } from '../in-band/limits.ts'
import { PayLoop } from '../in-band/pay-loop.ts'
import type { AccountStatus, ChunkRef, PayerAccount } from '../in-band/payments.ts'
import { quoteOf } from '../in-band/terms.ts'
import { within } from '../system/clock.ts'
import type { AuthorizationQueue } from './authorization-queue.ts'
import type { BitswapClientOptions } from './bitswap-client.ts'
import { CODEC } from './codec.ts'
import type { Message, PayerMessage } from './message.ts'
import { refusalError } from './refusal.ts'
import { type PayerEvent, type PayerRequest, PayerSession } from './session.ts'
import type { OrderedWanted } from './wanted.ts'
import { Wants } from './wants.ts'

type Answer = (PayerEvent & { kind: 'answered' })['answer']

/**
 * Shakes hands on a fresh stream and, when anything was ever vouchered or is unpaid, pays first of all.
 * @throws ChiralError `HELLO_TIMEOUT`, `PAYEE_MISMATCH`, `STREAM_CLOSED`, or the code the payee refused the hello with
 */
export async function openBitswap(options: BitswapClientOptions): Promise<ChunkClient> {
  const stream = new PayerStream(options)
  await stream.open()
  return stream
}

/** The shell of the payer's half: session.ts decides, this sends, waits and calls back. */
class PayerStream implements ChunkClient {
  readonly protocol = 'bitswap'
  readonly #options: BitswapClientOptions
  readonly #session: PayerSession
  readonly #stream: DialedStream<Message, Answer>
  readonly #wants: Wants
  readonly #payLoop: PayLoop | undefined

  constructor(options: BitswapClientOptions) {
    this.#options = options
    const { account } = options
    this.#session = new PayerSession(account !== undefined)
    this.#stream = new DialedStream({
      client: options,
      codec: CODEC,
      receive: (message) => this.#handle(this.#session.receive(message)),
      onEnd: (error) => {
        this.#payLoop?.stop()
        this.#wants.close(error)
      },
    })
    this.#wants = new Wants({
      client: options,
      session: this.#session,
      push: (message, sent) => this.#stream.push(message, sent),
      payNow: () => this.#payLoop?.payOnce() ?? Promise.resolve(false),
    })
    const { authorizations } = this.#wants
    if (account !== undefined && authorizations !== undefined)
      this.#payLoop = this.#createPayLoop(account, authorizations)
  }

  get payee(): Address {
    return this.#stream.payee
  }

  get status(): AccountStatus | undefined {
    return this.#session.status
  }

  get ended(): Promise<Error> {
    return this.#stream.ended
  }

  open(): Promise<void> {
    return this.#stream.open(
      (proof) => ({ type: 'payer-hello', ...(proof === undefined ? {} : { proof }) }),
      () => this.#payLoop?.settle() ?? Promise.resolve(),
    )
  }

  async quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile> {
    const answer = await this.#ask(
      { kind: 'quote' },
      (requestId) => ({ type: 'quote-request', requestId, fileHash }),
      signal,
    )
    if (answer.type !== 'quote' || answer.have.fileHash !== fileHash)
      throw this.#stream.violate('the quote is for another file')
    return { quote: quoteOf(answer.terms, this.#options.clock.now()), have: answer.have.chunks }
  }

  async request(request: ChunkRequest): Promise<ReceivedChunk> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    return await this.#wants.request(request)
  }

  withdraw(chunk: ChunkRef): boolean {
    return this.#wants.withdraw(chunk)
  }

  verified(chunk: ChunkRef, price: Wei): void {
    this.#session.verified(chunk)
    if (this.#stream.reason !== undefined || price === 0n) return
    this.#payLoop?.schedule()
    this.#wants.wake()
  }

  alreadyHave(chunk: ChunkRef): void {
    if (this.#stream.reason !== undefined || !this.#session.alreadyHave(chunk)) return
    this.#stream.push({ type: 'cancel', target: { kind: 'already-have', chunk } })
  }

  async settle(): Promise<void> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    await this.#payLoop?.settle()
  }

  async closeChannel(): Promise<string> {
    const agreement = this.#options.account?.agreeToClose()
    const asked = this.#ask({ kind: 'close' }, (requestId) => ({ type: 'close-channel', requestId, agreement }))
    const answer = await within(this.#options.clock, CLOSE_TIMEOUT_MS, closeTimeout, asked)
    if (answer.type !== 'close-ack') throw this.#stream.violate('the answer to CLOSE_CHANNEL is another')
    return answer.transactionHash
  }

  close(): Promise<void> {
    return this.#stream.end(streamClosed())
  }

  #handle(event: PayerEvent): void {
    switch (event.kind) {
      case 'challenge':
        this.#stream.challenged(event.hello)
        return
      case 'opened':
        this.#stream.accepted()
        return
      case 'have':
        this.#options.onHave?.(event.have.fileHash, event.have.chunks)
        return
      case 'ended':
        void this.#stream.end(remoteError(event.code))
        return
      case 'violation':
        this.#stream.violate(event.what, event.code)
        return
      case 'chunk':
        this.#wants.receiveChunk(event, this.#payLoop)
        return
      case 'refused':
        if (event.request.kind === 'want') this.#wants.receiveRefusal(event)
        else this.#stream.refused(event.requestId, refusalError(event.refusal, this.#options.clock.now()))
        break
      case 'answered':
        this.#stream.answered(event.requestId, event.answer)
        break
      case 'settled':
        if (event.requestId !== undefined) this.#wants.receiveCancelled(event.requestId)
        break
    }
    this.#wants.wake()
  }

  #ask(request: PayerRequest, message: (requestId: number) => PayerMessage, signal?: AbortSignal): Promise<Answer> {
    return this.#stream.ask(() => {
      const requestId = this.#session.send(request)
      return { requestId, message: message(requestId) }
    }, signal)
  }

  #createPayLoop(account: PayerAccount, authorizations: AuthorizationQueue<OrderedWanted>): PayLoop {
    return new PayLoop({
      account,
      clock: this.#options.clock,
      settle: (apply) => authorizations.settle(apply),
      send: async (voucher) => {
        this.#options.metrics.vouchersSent.inc()
        const asked = this.#stream.ask(() => {
          const requestId = this.#session.send({ kind: 'pay' })
          const message = { type: 'pay', requestId, voucher } as const
          return { requestId, message, sent: () => this.#options.failPoints?.hit('payment-sent') }
        })
        await within(this.#options.clock, PAY_TIMEOUT_MS, payTimeout, asked)
      },
      onFailure: (error) => this.#options.log.debug({ peerId: this.#options.peerId, err: error }, 'a payment failed'),
    })
  }
}
