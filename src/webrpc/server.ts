import { ZERO_WEI } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { Voucher } from '../domain/voucher.ts'
import { type ChannelEnd, endOf } from '../in-band/channel-end.ts'
import type { ChunkRef, PayeeAccount } from '../in-band/payments.ts'
import { ServedStream } from '../in-band/served-stream.ts'
import { signedTermsOf } from '../in-band/signed-terms.ts'
import { CODEC } from './codec.ts'
import type { FileQuote, Message, PayeeMessage } from './message.ts'
import { DEFAULT_PAYEE_LIMITS, type PayeeEvent, PayeeSession } from './payee-session.ts'
import { Serving } from './serving.ts'
import type { Claim, SessionHolder } from './session-registry.ts'
import type { ServeWebrpcOptions } from './webrpc-server.ts'

type SessionRequest = (PayeeEvent & { kind: 'open' })['request']
type CloseRequest = (PayeeEvent & { kind: 'close' })['request']

/** Serves one stream to its end. Never rejects: what a peer does wrong ends its stream and nothing else. */
export async function serveWebrpc(options: ServeWebrpcOptions): Promise<void> {
  await new PayeeStream(options).run()
}

/** The shell of the payee's half: payee-session.ts decides, this answers, and serving.ts sends the chunks. */
class PayeeStream implements SessionHolder {
  readonly #options: ServeWebrpcOptions
  readonly #session: PayeeSession
  readonly #stream: ServedStream<Message>
  readonly #serving: Serving
  readonly #nonce: Uint8Array
  #account: PayeeAccount | undefined
  #claim: Claim | undefined
  #opening: Promise<void> | undefined

  constructor(options: ServeWebrpcOptions) {
    this.#options = options
    this.#nonce = options.random.bytes(32)
    this.#session = new PayeeSession({ ...DEFAULT_PAYEE_LIMITS, ...options.limits }, options.clock.monotonic())
    this.#stream = new ServedStream({
      server: options,
      codec: CODEC,
      receive: (message, now) => this.#act(this.#session.receive(message, now)),
      pull: () => this.#serving.pull(),
    })
    this.#serving = new Serving({
      server: options,
      session: this.#session,
      push: (message) => this.#push(message),
      onReady: () => this.#stream.kick(),
      onTooManyRefusals: () => this.#failForRefusals(),
      onFailure: (error) => this.#stream.failInternally(error),
    })
  }

  async run(): Promise<void> {
    const { payee, limits } = this.#options
    const maxChunks = limits?.maxChunks ?? DEFAULT_PAYEE_LIMITS.maxChunks
    await this.#stream.run({ type: 'challenge', nonce: this.#nonce, payee, maxChunks })
    try {
      await this.#opening?.catch(() => {}) // an account that is proved too late is to be told that the stream ended, too
      await this.#serving.close()
    } finally {
      this.#account?.ended()
      this.#claim?.release()
    }
  }

  async giveUp(): Promise<void> {
    this.#stream.fail('SESSION_MOVED', 'the session goes on with another stream')
    await this.#serving.close()
  }

  #act(event: PayeeEvent): void {
    switch (event.kind) {
      case 'open':
        this.#opening = this.#open(event.request)
        this.#stream.track(this.#opening)
        return
      case 'quote':
        this.#stream.track(this.#quote(event))
        return
      case 'chunks':
        this.#serving.add(event.request)
        return
      case 'cancel':
        this.#serving.cancel(event.requestId, event.ranges)
        return
      case 'granted':
        this.#serving.granted()
        return
      case 'pay':
        this.#stream.track(this.#pay(event.requestId, event.voucher))
        return
      case 'write-off':
        this.#stream.track(this.#writeOff(event.requestId, event.chunk))
        return
      case 'close':
        this.#stream.track(this.#close(event.request))
        return
      case 'ended':
        this.#stream.hungUp(event.code)
        return
      case 'violation':
        this.#stream.fail(event.code, event.what)
        return
    }
  }

  async #open({ proof, sessionId, files }: SessionRequest): Promise<void> {
    const { payments, remotePeerId, localPeerId, sessions } = this.#options
    try {
      const challenge = { payerPeerId: remotePeerId, payeePeerId: localPeerId, nonce: this.#nonce }
      if (proof !== undefined) this.#account = await payments.authenticate(proof, challenge)
      const owner = this.#account === undefined ? `peer ${remotePeerId}` : `account ${this.#account.payer}`
      this.#claim = await sessions.claim(owner, sessionId, this)
    } catch (error) {
      this.#stream.refuse(error)
    }
    if (this.#claim === undefined || this.#stream.ended) return
    if (this.#account !== undefined) this.#serving.authenticated(this.#account)
    const quotes = await Promise.all(files.map((fileHash) => this.#quoteOf(fileHash)))
    if (this.#stream.ended) return
    const { sessionId: id, resumed } = this.#claim
    this.#session.opened({ sessionId: id, authenticated: proof !== undefined })
    this.#push({ type: 'session-response', sessionId: id, resumed, quotes, status: this.#account?.status() })
    this.#stream.opened()
  }

  async #quote({ requestId, files, bids }: PayeeEvent & { kind: 'quote' }): Promise<void> {
    const answers = await Promise.all(files.map((fileHash, index) => this.#answerTo(fileHash, bids?.[index])))
    this.#session.answered(requestId)
    const quotes = answers.filter((answer) => answer !== 'repeated')
    const isRepeated = quotes.length < answers.length
    this.#push(
      isRepeated ? { type: 'error', requestId, code: 'BID_REPEATED' } : { type: 'quote-response', requestId, quotes },
    )
    const inVain = isRepeated || quotes.every(({ offer }) => offer === undefined)
    if (inVain && this.#session.refused()) this.#failForRefusals()
  }

  async #answerTo(fileHash: FileHash, bid: Bid | undefined): Promise<FileQuote | 'repeated'> {
    const payer = this.#account?.payer
    if (bid === undefined || payer === undefined) return this.#quoteOf(fileHash)
    const quote = this.#options.quotes.counter(fileHash, bid, payer)
    return quote === 'repeated' ? quote : this.#quoteOf(fileHash, quote)
  }

  async #quoteOf(
    fileHash: FileHash,
    quote = this.#options.quotes.quote(fileHash, this.#account?.payer),
  ): Promise<FileQuote> {
    const { chunks, clock, signQuote } = this.#options
    if (quote === undefined) return { fileHash }
    const terms = await signedTermsOf(quote, { fileHash, payer: this.#account?.payer, clock, signQuote })
    const have = chunks.have(fileHash)
    return have === undefined ? { fileHash } : { fileHash, offer: { terms, have } }
  }

  async #pay(requestId: number, voucher: Voucher): Promise<void> {
    const paying = this.#account?.pay(voucher)
    this.#serving.booksChanged() // what it covers is counted in the same durable write
    const result = await paying
    if (result === undefined) return
    this.#session.answered(requestId)
    if (result.kind === 'accepted') {
      this.#options.metrics.vouchersAccepted.inc()
      this.#push({ type: 'payment-ack', requestId, vouchered: result.vouchered, credit: result.credit })
      return
    }
    const { vouchered, credit } = result.status
    this.#push({ type: 'payment-ack', requestId, vouchered, credit, code: result.code })
    if (this.#session.refused()) this.#failForRefusals()
  }

  async #writeOff(requestId: number, chunk: ChunkRef): Promise<void> {
    const writtenOff = (await this.#account?.writeOff(chunk)) === true
    this.#session.answered(requestId)
    const credit = this.#account?.status().credit ?? ZERO_WEI
    this.#push({ type: 'write-off-ack', requestId, writtenOff, credit })
    if (writtenOff) this.#serving.booksChanged()
  }

  async #close({ requestId, closeChannel, agreement }: CloseRequest): Promise<void> {
    let end: ChannelEnd = {}
    try {
      if (closeChannel) end = endOf(await this.#account?.close(agreement))
    } catch (error) {
      this.#options.log.warn({ peerId: this.#options.remotePeerId, err: error }, 'a channel could not be closed')
      this.#session.answered(requestId)
      this.#push({ type: 'error', requestId, code: 'CLOSE_FAILED' })
      return
    }
    await this.#serving.close()
    this.#push({ type: 'close-ack', requestId, status: this.#account?.status(), ...end })
    this.#stream.hungUp()
  }

  #failForRefusals(): void {
    this.#stream.fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused')
  }

  #push(message: PayeeMessage): void {
    this.#stream.push(message)
  }
}
