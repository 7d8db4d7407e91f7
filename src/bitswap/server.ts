import { ZERO_WEI } from '../domain/amount.ts'
import type { FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import { endOf } from '../in-band/channel-end.ts'
import type { GrantTerms, StreamGrants } from '../in-band/grants.ts'
import type { ChunkRef, HelloProof, PayeeAccount } from '../in-band/payments.ts'
import { ServedStream } from '../in-band/served-stream.ts'
import { signedTermsOf } from '../in-band/signed-terms.ts'
import type { ServeBitswapOptions } from './bitswap-server.ts'
import { CODEC } from './codec.ts'
import { HaveAnnouncer } from './have-announcer.ts'
import type { CancelTarget, Message, PayeeMessage } from './message.ts'
import { DEFAULT_PAYEE_LIMITS, type PayeeEvent, PayeeSession } from './payee-session.ts'
import { Serving } from './serving.ts'

/** Serves one stream to its end. Never rejects: what a peer does wrong ends its stream and nothing else. */
export async function serveBitswap(options: ServeBitswapOptions): Promise<void> {
  await new PayeeStream(options).run()
}

class PayeeStream {
  readonly #options: ServeBitswapOptions
  readonly #session: PayeeSession
  readonly #stream: ServedStream<Message>
  readonly #serving: Serving
  readonly #haves: HaveAnnouncer
  readonly #grants: StreamGrants | undefined
  readonly #nonce: Uint8Array
  #account: PayeeAccount | undefined
  #authenticating: Promise<void> | undefined

  constructor(options: ServeBitswapOptions) {
    this.#options = options
    const { clock, chunks, limits } = options
    this.#nonce = options.random.bytes(32)
    this.#grants = options.grants?.open()
    this.#session = new PayeeSession({ ...DEFAULT_PAYEE_LIMITS, ...limits }, clock.monotonic())
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
      onTooManyRefusals: () => this.#stream.fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused'),
      onFailure: (error) => this.#stream.failInternally(error),
    })
    this.#haves = new HaveAnnouncer({ chunks, clock, announce: (have) => this.#push({ type: 'have', ...have }) })
  }

  async run(): Promise<void> {
    const { payee, limits } = this.#options
    const maxOutstanding = limits?.maxOutstanding ?? DEFAULT_PAYEE_LIMITS.maxOutstanding
    await this.#stream.run({ type: 'payee-hello', nonce: this.#nonce, payee, maxOutstanding })
    this.#haves.stop()
    this.#grants?.close()
    try {
      await this.#authenticating?.catch(() => {}) // an account that is proved too late is to be told that the stream ended, too
      await this.#serving.close()
    } finally {
      this.#account?.ended()
    }
  }

  #act(event: PayeeEvent): void {
    switch (event.kind) {
      case 'hello':
        this.#authenticating = this.#authenticate(event.proof)
        this.#stream.track(this.#authenticating)
        return
      case 'want':
        this.#serving.add(event.want)
        return
      case 'pay':
        this.#stream.track(this.#pay(event.requestId, event.voucher))
        return
      case 'quote':
        this.#stream.track(this.#quote(event.requestId, event.fileHash, event.bid))
        return
      case 'close':
        this.#stream.track(this.#closeChannel(event.requestId, event.agreement))
        return
      case 'grant':
        this.#grant(event.requestId, event.terms)
        return
      case 'withdraw':
        this.#serving.withdraw(event.requestId)
        return
      case 'write-off':
        this.#stream.track(this.#writeOff(event.chunk))
        return
      case 'too-late':
        this.#pushSettled('sent', event.cancel.target)
        return
      case 'ended':
        this.#stream.hungUp(event.code)
        return
      case 'violation':
        this.#stream.fail(event.code, event.what)
        return
    }
  }

  async #authenticate(proof: HelloProof | undefined): Promise<void> {
    const { payments, remotePeerId, localPeerId } = this.#options
    if (proof !== undefined) {
      try {
        const challenge = { payerPeerId: remotePeerId, payeePeerId: localPeerId, nonce: this.#nonce }
        this.#account = await payments.authenticate(proof, challenge)
      } catch (error) {
        this.#stream.refuse(error)
        return
      }
      this.#serving.authenticated(this.#account)
    }
    if (this.#stream.ended) return
    this.#session.opened(proof !== undefined)
    this.#push({ type: 'hello-ack', status: this.#account?.status() })
    this.#stream.opened()
  }

  async #pay(requestId: number, voucher: Voucher): Promise<void> {
    const result = await this.#account?.pay(voucher)
    if (result === undefined) return
    if (result.kind === 'accepted') {
      this.#session.answered(requestId)
      this.#options.metrics.vouchersAccepted.inc()
      this.#push({ type: 'pay-ack', requestId, vouchered: result.vouchered, credit: result.credit })
      return
    }
    const tooMany = this.#session.refused(requestId)
    this.#push({ type: 'payment-required', requestId, code: result.code, status: result.status })
    if (tooMany) this.#stream.fail('TOO_MANY_REFUSALS', 'too many payments in a row were refused')
  }

  async #quote(requestId: number, fileHash: FileHash, bid: Bid | undefined): Promise<void> {
    const { quotes, chunks, clock, signQuote } = this.#options
    const payer = this.#account?.payer
    const quote =
      bid === undefined || payer === undefined ? quotes.quote(fileHash, payer) : quotes.counter(fileHash, bid, payer)
    const terms =
      quote === undefined || quote === 'repeated'
        ? undefined
        : await signedTermsOf(quote, { fileHash, payer, clock, signQuote })
    const held = chunks.have(fileHash)
    if (terms === undefined || held === undefined) {
      const tooMany = this.#session.refused(requestId)
      const isRepeated = quote === 'repeated'
      this.#push(isRepeated ? { type: 'error', requestId, code: 'BID_REPEATED' } : { type: 'dont-have', requestId })
      if (tooMany) this.#stream.fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused')
      return
    }
    this.#session.answered(requestId)
    this.#push({ type: 'quote', requestId, terms, have: { fileHash, chunks: held } })
    this.#haves.watch(fileHash)
  }

  /** SPEC 03 §5.4: "A payee that grants MUST count every chunk that leaves over another protocol as if it left on the stream". */
  #grant(requestId: number, terms: GrantTerms): void {
    const { quotes } = this.#options
    const account = this.#account
    const price = quotes.priceOf(terms.quoteId, terms.fileHash, 0, account?.payer)
    const grant = account && { ...terms, account }
    const token = grant === undefined || price === undefined ? undefined : this.#grants?.grant(grant)
    if (account === undefined || price === undefined || token === undefined) {
      const tooMany = this.#session.refused(requestId)
      this.#push({ type: 'error', requestId, code: 'GRANT_REFUSED' })
      if (tooMany) this.#stream.fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused')
      return
    }
    this.#session.answered(requestId)
    this.#push({ type: 'grant', requestId, token, status: account.openCredit(price) })
  }

  async #closeChannel(requestId: number, agreement: CloseAgreement | undefined): Promise<void> {
    try {
      const end = await this.#account?.close(agreement)
      if (end !== undefined) this.#push({ type: 'close-ack', requestId, ...endOf(end) })
    } catch (error) {
      this.#options.log.warn({ peerId: this.#options.remotePeerId, err: error }, 'a channel could not be closed')
      this.#push({ type: 'error', requestId, code: 'CLOSE_FAILED' })
    }
    this.#session.answered(requestId)
  }

  async #writeOff(chunk: ChunkRef): Promise<void> {
    const isWrittenOff = await this.#account?.writeOff(chunk)
    this.#pushSettled(isWrittenOff === true ? 'cancelled' : 'sent', { kind: 'already-have', chunk })
  }

  #pushSettled(type: 'cancelled' | 'sent', target: CancelTarget): void {
    this.#push({ type, target, credit: this.#account?.status().credit ?? ZERO_WEI })
  }

  #push(message: PayeeMessage): void {
    this.#stream.push(message)
  }
}
