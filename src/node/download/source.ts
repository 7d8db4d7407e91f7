import type { Wei } from '../../domain/amount.ts'
import { chunkLength } from '../../domain/chunk.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { chunkPrice } from '../../domain/price.ts'
import type { TransferProtocol } from '../../domain/transfer.ts'
import type { ChunkClient, QuotedFile } from '../../in-band/chunk-client.ts'
import { untilAborted } from '../../system/abortable.ts'
import { delay } from '../../system/clock.ts'
import type { SourceView } from '../source-view.ts'
import { agreeOn } from './agree-on.ts'
import { Funding } from './funding.ts'
import type { Pick } from './picker.ts'
import { lieIn, retryDelayMs, severityOf } from './source-errors.ts'
import type { LateChunk, ReceivedBytes, SourceHost, SourceTerms } from './source-host.ts'
import { MAX_STORING, PREPAYMENT_RETRY_MS } from './source-limits.ts'
import { reconnectsOf, windowOf } from './stranger.ts'
import { Tally } from './tally.ts'

/** One seeder within one download: channel, stream, and up to `window` requests at a time. */
export class Source {
  readonly key: string
  readonly terms: SourceTerms
  /** What the session that broke last was on: another way is tried first. */
  failedOn: TransferProtocol | undefined
  /** What it is on, or is about to be. */
  heading: TransferProtocol | undefined
  readonly #host: SourceHost
  readonly #requests = new Map<number, AbortController>()
  readonly #stopped = new AbortController()
  readonly #tally: Tally
  readonly #funding: Funding
  #client: ChunkClient | undefined
  #protocol: TransferProtocol | undefined
  #quoted: QuotedFile | undefined
  #pricePerMiB: Wei | undefined
  #phase: SourceView['phase'] = 'connecting'
  #error: ChiralError | undefined
  /** Why it does not give a chunk that nobody else has. */
  #withheld: ChiralError | undefined
  #broken: ((error: unknown) => void) | undefined
  #storing = 0

  constructor(terms: SourceTerms, host: SourceHost, counted: { chunks: number; bytes: number }) {
    this.key = terms.peerId
    this.terms = terms
    this.#host = host
    this.#tally = new Tally(host.clock, counted)
    this.#funding = new Funding(this, host)
  }

  get phase(): SourceView['phase'] {
    return this.#phase
  }

  /** Why nothing is asked of it any more, or was not when it last failed. */
  get error(): ChiralError | undefined {
    return this.#error ?? this.#withheld
  }

  /** Chunks of it that counted. */
  get chunks(): number {
    return this.#tally.chunks
  }

  get client(): ChunkClient | undefined {
    return this.#client
  }

  /** Resolves when no top-up is under way: what it adds may be owed already. */
  get funded(): Promise<void> {
    return this.#funding.still()
  }

  /** Works until the download is complete, the seeder is of no more use, or `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const abort = (): void => this.#stopped.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      const before = this.#tally.chunks
      try {
        await this.#session()
        break
      } catch (error) {
        this.#host.left(this)
        if (this.#stopped.signal.aborted) break
        const lie = lieIn(error)
        if (lie !== undefined) {
          await this.#host.ban(this, lie).catch((failure: unknown) => this.#host.fatal(failure))
          break
        }
        if (this.#tally.chunks > before) attempt = 0
        this.#error = new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error })
        this.#host.log.info({ peer_id: this.key, code: this.#error.code, reason: this.#error.message }, 'source failed')
        const severity = severityOf(error)
        if (severity === 'download') this.#host.fatal(error)
        if (severity === 'nobody') attempt = -1
        if (attempt >= reconnectsOf(this.terms) || severity === 'source' || severity === 'download') {
          this.#setPhase('failed')
          break
        }
        if (attempt < 0) this.#setPhase('idle')
        await delay(this.#host.clock, retryDelayMs(error, attempt), this.#stopped.signal).catch(() => {})
      }
    }
    signal.removeEventListener('abort', abort)
  }

  /** Asks for as many chunks as the window allows. Called whenever something may have become possible. */
  pump(): void {
    const [client, quoted] = [this.#client, this.#quoted]
    if (client === undefined || quoted === undefined || this.#stopped.signal.aborted) return
    while (this.#requests.size < windowOf(this.terms, this.#host.window) && this.#storing < MAX_STORING) {
      const pick = this.#host.next(this, quoted.quote.pricePerMiB)
      if (pick === undefined) break
      this.#error = undefined
      void this.#fetch(client, quoted, pick)
    }
    if (this.#phase === 'active' || this.#phase === 'idle')
      this.#setPhase(this.#requests.size + this.#storing > 0 ? 'active' : 'idle')
  }

  /** Another source is asked as well: a request that still waits here for money would only cost it. */
  overtaken(chunkIndex: number): void {
    this.#client?.withdraw({ fileHash: this.#host.fileHash, chunkIndex })
  }

  /** Another source was quicker. */
  cancel(chunkIndex: number): void {
    this.#requests.get(chunkIndex)?.abort()
  }

  /** Nothing more is asked of this seeder. What it delivered before is settled. */
  banned(message: string): void {
    const wrong = new ChiralError('CHUNK_WRONG', message)
    this.#error = wrong
    this.#setPhase('banned')
    this.#host.left(this)
    this.#stopped.abort(wrong)
  }

  /** It was silent too often: this attempt goes on without it. */
  leaveAlone(): void {
    this.#broken?.(new ChiralError('SOURCE_SILENT', `${this.key} was silent again and again: others are asked.`))
  }

  /** A chunk whose request was cancelled came all the same: it may still be the first. */
  late({ chunk, bytes }: LateChunk): void {
    const [client, quoted] = [this.#client, this.#quoted]
    if (client === undefined || quoted === undefined || chunk.fileHash !== this.#host.fileHash) return
    const price = chunkPrice(quoted.quote.pricePerMiB, chunkLength(this.#host.sizeBytes, chunk.chunkIndex))
    const received = { chunkIndex: chunk.chunkIndex, bytes, price, resent: false }
    this.#take(client, received).catch((error: unknown) => this.#broken?.(error))
  }

  confirming(blocksLeft: number): void {
    this.#funding.confirming(blocksLeft)
  }

  view(paid: { amount: Wei; vouchers: number }): SourceView {
    const { channelId, blocksLeft } = this.#funding
    return {
      peerId: this.terms.peerId,
      payee: this.terms.payee,
      phase: this.#phase,
      ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
      ...(this.#phase === 'confirming' && blocksLeft !== undefined ? { blocksLeft } : {}),
      ...(channelId === undefined ? {} : { channelId }),
      pricePerMiB: this.#pricePerMiB ?? this.terms.pricePerMiB,
      askedPricePerMiB: this.terms.pricePerMiB,
      ...this.#tally.view(),
      paid: paid.amount,
      vouchers: paid.vouchers,
      ...(this.error === undefined ? {} : { error: { code: this.error.code, message: this.error.message } }),
    }
  }

  /** One stream from handshake to its end. Resolves when stopped; rejects when the stream or the seeder failed. */
  async #session(): Promise<void> {
    const { signal } = this.#stopped
    if (this.terms.pricePerMiB > 0n) await this.fund({ more: false, signal })
    this.#setPhase('connecting')
    const client = await this.#host.connect(this, signal)
    this.#protocol = client.protocol
    this.heading = client.protocol
    try {
      const broken = new Promise<never>((_, reject) => {
        this.#broken = reject
      })
      broken.catch(() => {})
      const quoted = await agreeOn(client, this.#host, signal)
      this.#pricePerMiB = quoted.quote.pricePerMiB
      this.#client = client
      void client.ended.then(() => {
        if (this.#client === client) this.#client = undefined // settling needs a stream that lives
      })
      this.#quoted = quoted
      const owed = client.status?.recent.filter(({ fileHash }) => fileHash === this.#host.fileHash) ?? []
      this.#host.joined(this, quoted, owed)
      this.#setPhase('active')
      this.#error = undefined
      this.pump()
      await Promise.race([untilAborted(signal), broken, client.ended.then((error) => Promise.reject(error))])
    } catch (error) {
      if (codeOf(error) !== 'RECONNECT') this.failedOn = client.protocol
      await this.#host.abandon(this, client, error)
      throw error
    } finally {
      if (!signal.aborted) this.#client = undefined
      for (const request of this.#requests.values()) request.abort()
    }
  }

  /** Opens its channel, or with `more` has more paid in; or sends coin without one. */
  fund(options: { more: boolean; signal: AbortSignal }): Promise<void> {
    this.#setPhase('confirming')
    return this.#funding.fund(options)
  }

  async #fetch(client: ChunkClient, quoted: QuotedFile, pick: Pick): Promise<void> {
    const { chunkIndex } = pick
    const controller = new AbortController()
    this.#requests.set(chunkIndex, controller)
    const lengthBytes = chunkLength(this.#host.sizeBytes, chunkIndex)
    const price = chunkPrice(quoted.quote.pricePerMiB, lengthBytes)
    try {
      const again = pick.lastResort === true && (await this.#host.resort(this, client, { chunkIndex, price }))
      const received = await client.request({
        fileHash: this.#host.fileHash,
        chunkIndex,
        lengthBytes,
        price,
        quoteId: quoted.quote.quoteId,
        resend: pick.resend,
        signal: controller.signal,
      })
      // The line is free for the next request while the disk is busy with this chunk.
      this.#requests.delete(chunkIndex)
      this.#storing++
      this.pump()
      const chunk = { chunkIndex, price, bytes: received.chunk, resent: pick.resend, again }
      await this.#take(client, chunk).finally(() => this.#storing--)
    } catch (error) {
      const chunk = { chunkIndex, price }
      const refused = (reason: unknown): void => this.#refused(pick, reason)
      if (codeOf(error) === 'RESEND_LIMIT') await this.#host.sendsNoMore(this, client, chunk).catch(refused)
      else refused(error)
    } finally {
      if (this.#requests.get(chunkIndex) === controller) this.#requests.delete(chunkIndex)
      this.#host.answered(this, price)
      this.pump()
    }
  }

  /** A chunk came: verify, store, count, pay. */
  async #take(client: ChunkClient, received: Omit<ReceivedBytes, 'onCounted'>): Promise<void> {
    const { chunkIndex, price } = received
    const chunk = { fileHash: this.#host.fileHash, chunkIndex }
    const outcome = await this.#host.received(this, { ...received, onCounted: () => client.verified(chunk, price) })
    if (outcome === 'wrong') return
    if (outcome === 'had') {
      client.alreadyHave(chunk)
      return
    }
    this.#tally.add(received.bytes.byteLength, price, client.protocol)
    this.#host.changed()
  }

  #refused(pick: Pick, error: unknown): void {
    const code = codeOf(error)
    const isUsedUp = error instanceof ChiralError && code === 'RESEND_LIMIT'
    if (isUsedUp) this.#withheld = error
    const lacks = code === 'DONT_HAVE' || isUsedUp
    this.#host.failed(this, pick.chunkIndex, { lacks, resend: pick.resend && !lacks })
    if (code === 'CANCELLED' || lacks) return
    // Nothing more is asked for while the stream ends or the deposit grows: it would be refused at once, again and again.
    if (code !== 'PREPAYMENT_CAP') this.#quoted = undefined
    if (code === 'DEPOSIT_EXHAUSTED') this.#funding.topUp((reason) => this.#broken?.(reason))
    else if (code === 'PREPAYMENT_CAP') this.#waitForOthers()
    else this.#broken?.(error)
  }

  /** Too many seeders hold a prepayment and have delivered nothing: this one waits until some have. */
  #waitForOthers(): void {
    const quoted = this.#quoted
    if (quoted === undefined) return
    this.#quoted = undefined
    this.#error = new ChiralError('PREPAYMENT_CAP', 'Too many seeders were paid ahead and have delivered nothing yet.')
    this.#host.clock.schedule(PREPAYMENT_RETRY_MS, () => {
      this.#quoted ??= quoted
      this.pump()
    })
  }

  #setPhase(phase: SourceView['phase']): void {
    if (this.#phase === phase || this.#phase === 'banned') return
    this.#phase = phase
    this.#host.changed()
  }
}
