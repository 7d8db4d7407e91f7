import { ZERO_WEI } from '../domain/amount.ts'
import { codeOf, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import { FrameWriter } from '../system/frame-writer.ts'
import { readFrames } from '../system/framing.ts'
import type { ServeBitswapOptions } from './bitswap-server.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import { streamClosed, streamError } from './errors.ts'
import { HaveAnnouncer } from './have-announcer.ts'
import type { CancelTarget, PayeeMessage } from './message.ts'
import { DEFAULT_PAYEE_LIMITS, type PayeeEvent, PayeeSession } from './payee-session.ts'
import type { ChunkRef, HelloProof, PayeeAccount } from './payments.ts'
import {
  FAREWELL_TIMEOUT_MS,
  HELLO_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_PAYER_FRAME_BYTES,
  SEND_TIMEOUT_MS,
} from './protocol.ts'
import { termsOf } from './refusal.ts'
import { Serving } from './serving.ts'

/** Serves one stream to its end. Never rejects: what a peer does wrong ends its stream and nothing else. */
export async function serveBitswap(options: ServeBitswapOptions): Promise<void> {
  await new PayeeStream(options).run()
}

/** Codes as the wire carries them. */
const CODE = /^[A-Z0-9_]{1,64}$/

class PayeeStream {
  readonly #options: ServeBitswapOptions
  readonly #session: PayeeSession
  readonly #writer: FrameWriter
  readonly #serving: Serving
  readonly #haves: HaveAnnouncer
  readonly #nonce: Uint8Array
  readonly #over = Promise.withResolvers<void>()
  #account: PayeeAccount | undefined
  #reason: Error | undefined
  #activeAt: number
  #cancelTimer: () => void = () => {}

  constructor(options: ServeBitswapOptions) {
    this.#options = options
    const { stream, clock, chunks, limits } = options
    this.#activeAt = clock.monotonic()
    this.#nonce = options.random.bytes(32)
    this.#session = new PayeeSession({ ...DEFAULT_PAYEE_LIMITS, ...limits }, this.#activeAt)
    this.#serving = new Serving({
      server: options,
      session: this.#session,
      push: (message) => this.#push(message),
      onReady: () => this.#writer.kick(),
      onTooManyRefusals: () => this.#fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused'),
      onFailure: (error) => this.#failInternally(error),
    })
    this.#writer = new FrameWriter({
      stream,
      clock,
      sendTimeoutMs: SEND_TIMEOUT_MS,
      pull: () => this.#serving.pull(),
      onFailure: (error) => this.#fail(codeOf(error) ?? 'STREAM_CLOSED', messageOf(error)),
    })
    this.#haves = new HaveAnnouncer({ chunks, clock, announce: (have) => this.#push({ type: 'have', ...have }) })
  }

  async run(): Promise<void> {
    const { signal, clock, payee, limits } = this.#options
    const onAbort = (): void => this.#fail('SHUTTING_DOWN', 'this node stops')
    signal?.addEventListener('abort', onAbort, { once: true })
    const maxOutstanding = limits?.maxOutstanding ?? DEFAULT_PAYEE_LIMITS.maxOutstanding
    this.#push({ type: 'payee-hello', nonce: this.#nonce, payee, maxOutstanding })
    this.#cancelTimer = clock.schedule(HELLO_TIMEOUT_MS, () => this.#checkHello())
    if (signal?.aborted === true) onAbort()
    await Promise.race([this.#read(), this.#over.promise])
    signal?.removeEventListener('abort', onAbort)
    await this.#cleanUp()
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#options.stream.source, MAX_PAYER_FRAME_BYTES)) {
        if (this.#reason !== undefined) continue // only the peer's farewell is waited for
        this.#activeAt = this.#options.clock.monotonic()
        this.#handle(this.#session.receive(decodeMessage(frame), this.#activeAt))
        await this.#writer.ready() // a peer that does not read its answers is not asked for more questions
      }
      this.#reason ??= streamClosed()
    } catch (error) {
      if (codeOf(error) !== 'DECODE_FAILED') this.#reason ??= streamClosed(error)
      else if (this.#reason === undefined) {
        this.#fail('MALFORMED', messageOf(error))
        await this.#over.promise
      }
    }
  }

  /** What throws here is this node's own fault. */
  #handle(event: PayeeEvent): void {
    try {
      this.#act(event)
    } catch (error) {
      this.#failInternally(error)
    }
  }

  #act(event: PayeeEvent): void {
    switch (event.kind) {
      case 'hello':
        this.#run(this.#authenticate(event.proof))
        return
      case 'want':
        this.#serving.add(event.want)
        return
      case 'pay':
        this.#run(this.#pay(event.requestId, event.voucher))
        return
      case 'quote':
        this.#quote(event.requestId, event.fileHash)
        return
      case 'close':
        this.#run(this.#closeChannel(event.requestId, event.agreement))
        return
      case 'withdraw':
        this.#serving.withdraw(event.requestId)
        return
      case 'write-off':
        this.#run(this.#writeOff(event.chunk))
        return
      case 'too-late':
        this.#pushSettled('sent', event.cancel.target)
        return
      case 'ended':
        this.#options.log.debug({ peerId: this.#options.remotePeerId, code: event.code }, 'the payer ended the stream')
        this.#stop(streamClosed())
        return
      case 'violation':
        this.#fail(event.code, event.what)
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
        const code = codeOf(error)
        if (code === undefined || !CODE.test(code)) throw error
        this.#fail(code, messageOf(error))
        return
      }
      this.#serving.authenticated(this.#account)
    }
    if (this.#reason !== undefined) return
    this.#session.opened(proof !== undefined)
    this.#push({ type: 'hello-ack', status: this.#account?.status() })
    this.#cancelTimer()
    this.#scheduleIdle(IDLE_TIMEOUT_MS)
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
    if (tooMany) this.#fail('TOO_MANY_REFUSALS', 'too many payments in a row were refused')
  }

  #quote(requestId: number, fileHash: FileHash): void {
    const { quotes, chunks, clock } = this.#options
    const quote = quotes.quote(fileHash)
    const held = chunks.have(fileHash)
    if (quote === undefined || held === undefined) {
      const tooMany = this.#session.refused(requestId)
      this.#push({ type: 'dont-have', requestId })
      if (tooMany) this.#fail('TOO_MANY_REFUSALS', 'too many requests in a row were refused')
      return
    }
    this.#session.answered(requestId)
    this.#push({ type: 'quote', requestId, terms: termsOf(quote, clock.now()), have: { fileHash, chunks: held } })
    this.#haves.watch(fileHash)
  }

  async #closeChannel(requestId: number, agreement: CloseAgreement | undefined): Promise<void> {
    try {
      const transactionHash = await this.#account?.close(agreement)
      if (transactionHash !== undefined) this.#push({ type: 'close-ack', requestId, transactionHash })
    } catch (error) {
      this.#options.log.warn({ peerId: this.#options.remotePeerId, err: error }, 'a channel could not be closed')
      this.#push({ type: 'error', requestId, code: 'CLOSE_FAILED' })
    }
    this.#session.answered(requestId)
  }

  async #writeOff(chunk: ChunkRef): Promise<void> {
    const target = { kind: 'already-have', chunk } as const
    try {
      await this.#account?.writeOff(chunk)
      this.#pushSettled('cancelled', target)
    } catch (error) {
      if (codeOf(error) !== 'WRITE_OFF_LIMIT') throw error
      this.#pushSettled('sent', target)
    }
  }

  #pushSettled(type: 'cancelled' | 'sent', target: CancelTarget): void {
    this.#push({ type, target, credit: this.#account?.status().credit ?? ZERO_WEI })
  }

  #push(message: PayeeMessage): void {
    this.#writer.push(encodeMessage(message))
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#failInternally(error))
  }

  #checkHello(): void {
    if (this.#session.phase !== 'open') this.#fail('HELLO_TIMEOUT', 'the payer did not finish the handshake in time')
  }

  #scheduleIdle(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.schedule(delayMs, () => {
      const left = this.#activeAt + IDLE_TIMEOUT_MS - this.#options.clock.monotonic()
      if (left > 0) this.#scheduleIdle(left)
      else this.#fail('IDLE', 'nothing was asked for a long time')
    })
  }

  #failInternally(error: unknown): void {
    this.#options.log.error({ peerId: this.#options.remotePeerId, err: error }, 'serving a peer failed')
    this.#fail('INTERNAL', 'this node cannot serve now')
  }

  #fail(code: string, what: string): void {
    if (this.#reason !== undefined) return
    this.#options.metrics.streamsAborted.inc()
    this.#options.log.debug({ peerId: this.#options.remotePeerId, code, what }, 'a chunk stream was ended')
    this.#stop(streamError(code, what), { type: 'error', code })
  }

  /** Says farewell, gives the peer a second to read it and hang up, then tears the stream down. */
  #stop(reason: Error, last?: PayeeMessage): void {
    this.#reason = reason
    const { stream, clock } = this.#options
    const farewell = {
      last: last === undefined ? undefined : encodeMessage(last),
      timeoutMs: FAREWELL_TIMEOUT_MS,
      reason,
    }
    void this.#writer.finish(farewell).then(() => {
      clock.schedule(FAREWELL_TIMEOUT_MS, () => {
        stream.abort(reason)
        this.#over.resolve()
      })
    })
  }

  async #cleanUp(): Promise<void> {
    const reason = this.#reason ?? streamClosed()
    this.#cancelTimer()
    this.#haves.stop()
    await this.#writer.finish({ timeoutMs: FAREWELL_TIMEOUT_MS, reason })
    try {
      await this.#serving.close()
    } finally {
      this.#account?.ended()
    }
  }
}
