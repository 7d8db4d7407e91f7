import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid, Quote } from '../domain/quote.ts'
import type { TransferProtocol } from '../domain/transfer.ts'
import type { Voucher } from '../domain/voucher.ts'
import { takeEnd } from '../in-band/channel-end.ts'
import type { ChunkClient, ChunkRequest, QuotedFile, ReceivedChunk } from '../in-band/chunk-client.ts'
import { DialedStream } from '../in-band/dialed-stream.ts'
import { closeTimeout, payTimeout, remoteError, streamClosed } from '../in-band/errors.ts'
import { CLOSE_TIMEOUT_MS, MAX_DUPLICATES, PAY_TIMEOUT_MS } from '../in-band/limits.ts'
import { payAhead } from '../in-band/pay-ahead.ts'
import { PayLoop } from '../in-band/pay-loop.ts'
import type { AccountStatus, ChunkRef, PayerAccount } from '../in-band/payments.ts'
import { takeSigned } from '../in-band/signed-terms.ts'
import { quoteOf } from '../in-band/terms.ts'
import { Uncovered } from '../in-band/uncovered.ts'
import { within } from '../system/clock.ts'
import type { AuthorizationQueue } from './authorization-queue.ts'
import type { BitswapClientOptions, Carrier } from './bitswap-client.ts'
import { Carriage } from './carriage.ts'
import { CODEC } from './codec.ts'
import type { Message, PayerMessage } from './message.ts'
import type { PayerEvent, PayerRequest } from './payer-event.ts'
import { refusalError } from './refusal.ts'
import { PayerSession } from './session.ts'
import type { OrderedWanted } from './wanted.ts'
import { Wants } from './wants.ts'
import { WriteOffs } from './write-offs.ts'

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
  readonly protocol: TransferProtocol
  readonly #options: BitswapClientOptions
  readonly #session: PayerSession
  readonly #stream: DialedStream<Message, Answer>
  readonly #wants: Wants
  /** Of files whose chunks come over another protocol. */
  readonly #quotes = new Map<FileHash, number>()
  readonly #writeOffs = new WriteOffs()
  readonly #payLoop: PayLoop | undefined
  readonly #carriage: Carriage | undefined
  /** Where chunks come over another protocol. */
  readonly #uncovered: Uncovered | undefined

  constructor(options: BitswapClientOptions) {
    this.#options = options
    const { account, carrier } = options
    this.protocol = carrier?.protocol ?? 'bitswap'
    this.#session = new PayerSession(account !== undefined)
    this.#stream = new DialedStream({
      client: options,
      codec: CODEC,
      receive: (message) => this.#handle(this.#session.receive(message)),
      onEnd: (error) => {
        this.#payLoop?.stop()
        this.#wants.close(error)
        this.#writeOffs.close(error)
        void this.#carriage?.close()
      },
    })
    this.#carriage = carrier && this.#createCarriage(carrier)
    this.#uncovered = carrier && new Uncovered()
    this.#wants = new Wants({
      client: options,
      session: this.#session,
      push: (message, sent) => this.#stream.push(message, sent),
      carriage: this.#carriage,
      uncovered: this.#uncovered,
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

  async open(): Promise<void> {
    await this.#stream.open(
      (proof) => ({ type: 'payer-hello', ...(proof === undefined ? {} : { proof }) }),
      () => this.#payLoop?.settle() ?? Promise.resolve(),
    )
    const { status } = this.#session
    if (status === undefined) return
    for (const { fileHash, chunkIndex, price } of this.#options.account?.duplicates(status).slice(0, MAX_DUPLICATES) ??
      []) {
      this.#writeOff({ fileHash, chunkIndex }, price)
    }
  }

  quote(fileHash: FileHash, signal?: AbortSignal): Promise<QuotedFile> {
    return this.#askQuote({ fileHash }, signal)
  }

  bid(fileHash: FileHash, bid: Bid, signal?: AbortSignal): Promise<QuotedFile> {
    return this.#askQuote({ fileHash, bid }, signal)
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
    this.#uncovered?.add(price)
    this.#payLoop?.schedule()
    // SPEC 03 §5.4: "SHOULD send PAY for everything verified when that reaches a quarter of C"
    if (this.#uncovered?.isBatch(this.status?.credit ?? ZERO_WEI, price) === true) this.#payLoop?.payBatch()
    this.#wants.wake()
  }

  alreadyHave(chunk: ChunkRef): void {
    if (this.#stream.reason !== undefined || !this.#session.alreadyHave(chunk)) return
    this.#stream.push({ type: 'cancel', target: { kind: 'already-have', chunk } })
  }

  async disown(chunk: ChunkRef, price: Wei): Promise<boolean> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    return this.#writeOff(chunk, price) && (await this.#writeOffs.answerTo(chunk))
  }

  async payAhead(price: Wei): Promise<void> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    const pay = (voucher: Voucher): Promise<void> => this.#pay(voucher)
    await payAhead(price, { account: this.#options.account, status: this.status, pay, settle: () => this.settle() })
  }

  async settle(): Promise<void> {
    if (this.#stream.reason !== undefined) throw streamClosed(this.#stream.reason)
    await this.#payLoop?.settle()
  }

  async closeChannel(): Promise<string | undefined> {
    const agreement = this.#options.account?.agreeToClose()
    const asked = this.#ask({ kind: 'close' }, (requestId) => ({ type: 'close-channel', requestId, agreement }))
    const answer = await within(this.#options.clock, CLOSE_TIMEOUT_MS, closeTimeout, asked)
    if (answer.type !== 'close-ack') throw this.#stream.violate('the answer to CLOSE_CHANNEL is another')
    return takeEnd(answer, this.#options.account)
  }

  close(): Promise<void> {
    return this.#stream.end(streamClosed())
  }

  /** False: it is asked for already. */
  #writeOff(chunk: ChunkRef, price: Wei): boolean {
    if (!this.#session.disown(chunk, price)) return false
    this.#stream.push({ type: 'cancel', target: { kind: 'already-have', chunk } })
    return true
  }

  #handle(event: PayerEvent): void {
    switch (event.kind) {
      case 'challenge':
        this.#stream.challenged(event.hello)
        return
      case 'opened':
        this.#stream.accepted(this.#session.status)
        return
      case 'have':
        this.#options.onHave?.(event.have.fileHash, event.have.chunks)
        return
      case 'ended':
        void this.#stream.end(remoteError(event.failure))
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
        if (event.writeOff !== undefined) this.#writeOffs.answered(event.writeOff.chunk, event.writeOff.isDone)
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

  async #askQuote(asked: { fileHash: FileHash; bid?: Bid }, signal: AbortSignal | undefined): Promise<QuotedFile> {
    const kind = asked.bid === undefined ? 'quote' : 'bid'
    const answer = await this.#ask({ kind }, (requestId) => ({ type: 'quote-request', requestId, ...asked }), signal)
    if (answer.type !== 'quote' || answer.have.fileHash !== asked.fileHash)
      throw this.#stream.violate('the quote is for another file')
    const { clock, takeQuotes } = this.#options
    const now = clock.now()
    await takeSigned([{ ...asked, terms: answer.terms }], { payee: this.payee, now, takeQuotes })
    const quote = quoteOf(answer.terms, now)
    await this.#carry(asked.fileHash, quote, signal)
    return { quote, have: answer.have.chunks }
  }

  /** Has the chunks of a quoted file come over the other protocol, if there is one. */
  async #carry(fileHash: FileHash, quote: Quote, signal?: AbortSignal): Promise<void> {
    if (this.#carriage === undefined) return
    this.#quotes.set(fileHash, quote.quoteId)
    const isPaid = quote.pricePerMiB > 0n && this.#options.account !== undefined
    await this.#carriage.open(fileHash, isPaid ? await this.#requestGrant(fileHash, signal) : undefined)
  }

  async #requestGrant(fileHash: FileHash, signal?: AbortSignal): Promise<string> {
    const quoteId = this.#quotes.get(fileHash) ?? 0
    const message = { type: 'grant-request', fileHash, quoteId } as const
    const answer = await this.#ask({ kind: 'grant' }, (requestId) => ({ ...message, requestId }), signal)
    if (answer.type !== 'grant') throw this.#stream.violate('the answer to GRANT_REQUEST is another')
    return answer.token
  }

  #createCarriage(carrier: Carrier): Carriage {
    return new Carriage({
      carrier,
      status: () => this.#session.status,
      pay: (voucher) => this.#pay(voucher),
      refresh: async (fileHash) => void (await this.#requestGrant(fileHash)),
      receive: (answer) => this.#handle(this.#session.receive(answer)),
      fail: (error) => void this.#stream.end(error instanceof Error ? error : streamClosed(error)),
    })
  }

  async #pay(voucher: Voucher): Promise<void> {
    this.#options.metrics.vouchersSent.inc()
    const asked = this.#stream.ask(() => {
      const requestId = this.#session.send({ kind: 'pay' })
      const message = { type: 'pay', requestId, voucher } as const
      return { requestId, message, sent: () => this.#options.failPoints?.hit('payment-sent') }
    })
    const paid = within(this.#options.clock, PAY_TIMEOUT_MS, payTimeout, asked).then(() => {})
    this.#carriage?.paying(paid)
    await paid
    this.#payLoop?.confirm(voucher)
  }

  #createPayLoop(account: PayerAccount, authorizations: AuthorizationQueue<OrderedWanted>): PayLoop {
    return new PayLoop({
      account,
      clock: this.#options.clock,
      settle: (apply) => authorizations.settle(apply),
      send: (voucher) => this.#pay(voucher),
      onFailure: (error) => this.#options.log.debug({ peerId: this.#options.peerId, err: error }, 'a payment failed'),
    })
  }
}
