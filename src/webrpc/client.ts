import type { Wei } from '../domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../domain/chunk.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { Voucher } from '../domain/voucher.ts'
import { takeEnd } from '../in-band/channel-end.ts'
import type { ChunkRequest, QuotedFile, ReceivedChunk } from '../in-band/chunk-client.ts'
import { DialedStream } from '../in-band/dialed-stream.ts'
import { closeTimeout, mismatch, payTimeout, refusedError, remoteError, streamClosed } from '../in-band/errors.ts'
import { CLOSE_TIMEOUT_MS, FAREWELL_TIMEOUT_MS, MAX_DUPLICATES, PAY_TIMEOUT_MS } from '../in-band/limits.ts'
import { PayLoop } from '../in-band/pay-loop.ts'
import type { AccountStatus, ChunkRef, PayerAccount } from '../in-band/payments.ts'
import { within } from '../system/clock.ts'
import { CODEC } from './codec.ts'
import { Dues } from './dues.ts'
import type { FileQuote, Message, PayerMessage } from './message.ts'
import { WINDOW_CHUNKS } from './protocol.ts'
import { type AskedQuotes, quotedFile, takeQuoted } from './quoted-files.ts'
import { chunksBefore } from './range-chunks.ts'
import { Requests } from './requests.ts'
import { type PayerEvent, PayerSession } from './session.ts'
import type { RangeChunk, RangeRequest, WebrpcClient, WebrpcClientOptions } from './webrpc-client.ts'

type Answer = (PayerEvent & { kind: 'answered' })['answer']

/**
 * Opens a session on a fresh stream, or goes on with one, and when anything was ever vouchered or is unpaid, pays first of all.
 * @throws ChiralError `HELLO_TIMEOUT`, `PAYEE_MISMATCH`, `STREAM_CLOSED`, or the code the payee refused the session with
 */
export async function openWebrpc(options: WebrpcClientOptions): Promise<WebrpcClient> {
  const stream = new PayerStream(options)
  await stream.open()
  return stream
}

/** The shell of the payer's half: session.ts decides, this sends, waits and calls back. */
class PayerStream implements WebrpcClient {
  readonly protocol = 'webrpc'
  readonly #options: WebrpcClientOptions
  readonly #session: PayerSession
  readonly #stream: DialedStream<Message, Answer>
  readonly #requests: Requests
  readonly #payLoop: PayLoop | undefined
  readonly #dues: Dues | undefined
  /** Quotes that came with the opening, for the first who asks. */
  readonly #opening = new Map<FileHash, FileQuote>()

  constructor(options: WebrpcClientOptions) {
    this.#options = options
    const { account } = options
    this.#session = new PayerSession(account !== undefined)
    this.#stream = new DialedStream({
      client: options,
      codec: CODEC,
      receive: (message) => this.#handle(this.#session.receive(message)),
      onEnd: (error) => {
        this.#payLoop?.stop()
        this.#requests.close(error)
      },
    })
    this.#requests = new Requests({
      client: options,
      session: this.#session,
      push: (message, sent) => this.#stream.push(message, sent),
      onAsked: () => this.#dues?.settle(),
    })
    if (account === undefined) return
    const payLoop = this.#createPayLoop(account)
    this.#payLoop = payLoop
    this.#dues = new Dues({
      account,
      session: this.#session,
      payLoop,
      pay: (voucher) => this.#pay(voucher),
      onRefused: (error) => this.#requests.fail(error),
      onFailure: (error) => this.#paymentFailed(error),
    })
  }

  get sessionId(): string {
    return this.#session.sessionId
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

  async open(): Promise<void> {
    const { files, resume, account } = this.#options
    await this.#stream.open(
      (proof) => ({ type: 'session-request', sessionId: resume, proof, files, window: WINDOW_CHUNKS }),
      () => this.#payLoop?.settle() ?? Promise.resolve(),
    )
    const { status } = this.#session
    if (status === undefined) return
    for (const { fileHash, chunkIndex, price } of account?.duplicates(status).slice(0, MAX_DUPLICATES) ?? [])
      this.#stream.push({ type: 'write-off', requestId: this.#session.disown(price), chunk: { fileHash, chunkIndex } })
  }

  async quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile> {
    return quotedFile(await this.quotes([fileHash], signal), fileHash)
  }

  async bid(fileHash: FileHash, bid: Bid, signal?: AbortSignal): Promise<QuotedFile> {
    const quotes = await this.#askQuotes({ files: [fileHash], bids: [bid] }, signal)
    return quotedFile(await takeQuoted(quotes, this.payee, this.#options), fileHash)
  }

  async quotes(files: readonly FileHash[], signal?: AbortSignal): Promise<ReadonlyMap<FileHash, QuotedFile>> {
    const known = files.map((fileHash) => this.#opening.get(fileHash))
    for (const fileHash of files) this.#opening.delete(fileHash)
    const quotes = known.every((quote) => quote !== undefined) ? known : await this.#askQuotes({ files }, signal)
    return takeQuoted(quotes, this.payee, this.#options)
  }

  async request(request: ChunkRequest): Promise<ReceivedChunk> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    return await this.#requests.request(request)
  }

  async *range(request: RangeRequest): AsyncGenerator<RangeChunk> {
    const { sizeBytes } = request
    const end = Math.min(request.offset + request.length, sizeBytes)
    for (let offset = request.offset; offset < end; ) {
      if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
      const first = Math.floor(offset / CHUNK_SIZE_BYTES)
      const room = Math.max(1, Math.min(WINDOW_CHUNKS, this.#session.maxChunks - this.#session.outstandingChunks))
      const next = Math.min(end, (first + room) * CHUNK_SIZE_BYTES)
      const stop = new AbortController()
      const chunks = chunksBefore(next, first, request, stop.signal)
      try {
        const received = await this.#requests.range(chunks, { offset, length: next - offset })
        for (const [index, promise] of received.entries()) yield { chunkIndex: first + index, ...(await promise) }
      } finally {
        stop.abort()
      }
      offset = next
    }
  }

  withdraw(chunk: ChunkRef): boolean {
    return this.#requests.withdraw(chunk)
  }

  verified(chunk: ChunkRef, price: Wei): void {
    this.#session.intake.verified(chunk)
    this.#tookIn()
    if (this.#stream.reason !== undefined || price === 0n || this.#payLoop === undefined) return
    this.#dues?.settle()
    this.#payLoop.schedule()
    if (this.#session.isBatchFull(price) && this.#session.due === undefined) this.#payLoop.payBatch()
  }

  alreadyHave(chunk: ChunkRef): void {
    if (this.#stream.reason !== undefined) return
    const requestId = this.#session.alreadyHave(chunk)
    this.#tookIn()
    if (requestId !== undefined) this.#stream.push({ type: 'write-off', requestId, chunk })
  }

  async disown(chunk: ChunkRef, price: Wei): Promise<boolean> {
    const answer = await this.#stream.ask(() => {
      const requestId = this.#session.disown(price)
      return { requestId, message: { type: 'write-off', requestId, chunk } }
    })
    return answer.type === 'write-off-ack' && answer.writtenOff
  }

  async payAhead(price: Wei): Promise<void> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    if (this.#dues === undefined) throw mismatch(this.status)
    await this.#dues.payAhead(price)
  }

  async settle(): Promise<void> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    await this.#payLoop?.settle()
  }

  async closeChannel(): Promise<string | undefined> {
    const end = await this.#close(true, CLOSE_TIMEOUT_MS)
    if (end.transactionHash === undefined && end.release === undefined)
      throw this.#stream.violate('the channel was to be closed, and no transaction is named')
    return takeEnd(end, this.#options.account)
  }

  async close(): Promise<void> {
    if (this.#stream.reason === undefined && this.#session.sessionId !== '')
      await this.#close(false, FAREWELL_TIMEOUT_MS).catch(() => {}) // a payee that does not answer finds the stream ended
    await this.#stream.end(streamClosed())
  }

  #handle(event: PayerEvent): void {
    switch (event.kind) {
      case 'challenge':
        this.#stream.challenged(event.challenge)
        return
      case 'opened':
        for (const quote of event.response.quotes) this.#opening.set(quote.fileHash, quote)
        this.#stream.accepted(this.#session.status)
        return
      case 'chunk':
        this.#requests.receiveChunk(event)
        return
      case 'withheld':
        this.#requests.receiveWithheld(event)
        return
      case 'due':
        this.#dues?.settle()
        return
      case 'answered':
        this.#stream.answered(event.requestId, event.answer)
        this.#dues?.settle()
        return
      case 'refused':
        this.#stream.refused(event.requestId, remoteError(event))
        return
      case 'ignored':
        return
      case 'ended':
        void this.#stream.end(remoteError(event.failure))
        return
      case 'violation':
        this.#stream.violate(event.what, event.code)
        return
    }
  }

  async #askQuotes(asked: AskedQuotes, signal: AbortSignal | undefined): Promise<readonly FileQuote[]> {
    const answer = await this.#ask(
      'quote-response',
      (requestId) => ({ type: 'quote-request', requestId, ...asked }),
      signal,
    )
    const { files } = asked
    if (answer.type !== 'quote-response' || answer.quotes.some(({ fileHash }, index) => fileHash !== files[index]))
      throw this.#stream.violate('the quotes are for other files')
    return answer.quotes
  }

  async #close(closeChannel: boolean, timeoutMs: number): Promise<Answer & { type: 'close-ack' }> {
    const { sessionId } = this.#session
    const agreement = closeChannel ? this.#options.account?.agreeToClose() : undefined
    const question = { type: 'close-request', sessionId, closeChannel, agreement } as const
    const asked = this.#ask('close-ack', (requestId) => ({ ...question, requestId }))
    const answer = await within(this.#options.clock, timeoutMs, closeTimeout, asked)
    if (answer.type !== 'close-ack') throw this.#stream.violate('the answer to CLOSE_REQUEST is another')
    return answer
  }

  #ask(answer: Answer['type'], message: (requestId: number) => PayerMessage, signal?: AbortSignal): Promise<Answer> {
    return this.#stream.ask(() => {
      const requestId = this.#session.ask(answer)
      return { requestId, message: message(requestId) }
    }, signal)
  }

  /** There is room for more. */
  #tookIn(): void {
    const chunks = this.#session.intake.takeGrant()
    if (chunks > 0 && this.#stream.reason === undefined) this.#stream.push({ type: 'grant', chunks })
  }

  async #pay(voucher: Voucher): Promise<void> {
    this.#options.metrics.vouchersSent.inc()
    const asked = this.#stream.ask(() => {
      const requestId = this.#session.ask('payment-ack')
      const message = { type: 'payment-proof', requestId, voucher } as const
      return { requestId, message, sent: () => this.#options.failPoints?.hit('payment-sent') }
    })
    const ack = await within(this.#options.clock, PAY_TIMEOUT_MS, payTimeout, asked)
    if (ack.type === 'payment-ack' && ack.code !== undefined)
      throw refusedError({ code: ack.code, status: this.#session.status })
  }

  #createPayLoop(account: PayerAccount): PayLoop {
    return new PayLoop({
      account,
      clock: this.#options.clock,
      settle: (apply) => {
        const covering = this.#session.intake.uncovered.cover(account.settle())
        covering.then(apply, (error: unknown) => apply(undefined, error))
      },
      send: (voucher) => this.#pay(voucher),
      onFailure: (error) => this.#paymentFailed(error),
    })
  }

  #paymentFailed(error: unknown): void {
    this.#options.log.debug({ peerId: this.#options.peerId, err: error }, 'a payment failed')
  }
}
