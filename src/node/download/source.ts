import type { Wei } from '../../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { TransferProtocol } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { untilAborted } from '../../system/abortable.ts'
import { delay } from '../../system/clock.ts'
import type { SourceView } from '../source-view.ts'
import { agreeOn } from './agree-on.ts'
import { Condition } from './condition.ts'
import { Fetcher } from './fetcher.ts'
import { Funding } from './funding.ts'
import { nextTry } from './next-try.ts'
import { lieIn, severityOf } from './source-errors.ts'
import type { LateChunk, SourceHost, SourceTerms } from './source-host.ts'
import { reconnectsOf } from './stranger.ts'
import { Tally } from './tally.ts'

/** One seeder within one download: its money, its sessions, and how they went. */
export class Source {
  readonly key: string
  readonly terms: SourceTerms
  /** What the session that broke last was on: another way is tried first. */
  failedOn: TransferProtocol | undefined
  /** What it is on, or is about to be. */
  heading: TransferProtocol | undefined
  readonly #host: SourceHost
  readonly #condition: Condition
  readonly #stopped = new AbortController()
  readonly #tally: Tally
  readonly #funding: Funding
  readonly #fetcher: Fetcher
  #protocol: TransferProtocol | undefined
  #pricePerMiB: Wei | undefined
  #broken: ((error: unknown) => void) | undefined

  constructor(terms: SourceTerms, host: SourceHost, counted: { chunks: number; bytes: number }) {
    this.key = terms.peerId
    this.terms = terms
    this.#host = host
    this.#condition = new Condition(() => host.changed())
    this.#tally = new Tally(host.clock, counted)
    this.#funding = new Funding(this, host)
    this.#fetcher = new Fetcher(this, host, {
      ...{ condition: this.#condition, tally: this.#tally, funding: this.#funding },
      ...{ stopped: this.#stopped.signal, broke: (error) => this.#broken?.(error) },
    })
  }

  get phase(): SourceView['phase'] {
    return this.#condition.phase
  }

  /** Why nothing is asked of it any more, or was not when it last failed. */
  get error(): ChiralError | undefined {
    return this.#condition.error
  }

  /** Chunks of it that counted. */
  get chunks(): number {
    return this.#tally.chunks
  }

  get client(): ChunkClient | undefined {
    return this.#fetcher.client
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
    let attempt = 0
    while (!this.#stopped.signal.aborted) {
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
        const failure = new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error })
        this.#condition.failed(failure)
        this.#host.log.info({ peer_id: this.key, code: failure.code, reason: failure.message }, 'source failed')
        if (severityOf(error) === 'download') this.#host.fatal(error)
        const hasDelivered = this.#tally.chunks > before
        const next = nextTry(error, { attempt, hasDelivered, most: reconnectsOf(this.terms) })
        if (next === undefined) {
          this.#condition.enter('failed')
          break
        }
        attempt = next.attempt
        if (next.isWaiting) this.#condition.enter('idle')
        await delay(this.#host.clock, next.delayMs, this.#stopped.signal).catch(() => {})
      }
    }
    signal.removeEventListener('abort', abort)
  }

  /** Asks for as many chunks as the window allows. Called whenever something may have become possible. */
  pump(): void {
    this.#fetcher.pump()
  }

  /** Another source is asked as well: a request that still waits here for money would only cost it. */
  overtaken(chunkIndex: number): void {
    this.#fetcher.overtaken(chunkIndex)
  }

  /** Another source was quicker. */
  cancel(chunkIndex: number): void {
    this.#fetcher.cancel(chunkIndex)
  }

  /** A chunk whose request was cancelled came all the same: it may still be the first. */
  late(chunk: LateChunk): void {
    this.#fetcher.late(chunk)
  }

  /** Nothing more is asked of this seeder. What it delivered before is settled. */
  banned(message: string): void {
    const wrong = new ChiralError('CHUNK_WRONG', message)
    this.#condition.failed(wrong)
    this.#condition.enter('banned')
    this.#host.left(this)
    this.#stopped.abort(wrong)
  }

  /** It was silent too often: this attempt goes on without it. */
  leaveAlone(): void {
    this.#broken?.(new ChiralError('SOURCE_SILENT', `${this.key} was silent again and again: others are asked.`))
  }

  confirming(blocksLeft: number): void {
    this.#funding.confirming(blocksLeft)
  }

  view(paid: { amount: Wei; vouchers: number }): SourceView {
    const { channelId, blocksLeft } = this.#funding
    return {
      peerId: this.terms.peerId,
      payee: this.terms.payee,
      phase: this.phase,
      ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
      ...(this.phase === 'confirming' && blocksLeft !== undefined ? { blocksLeft } : {}),
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
    this.#condition.enter('connecting')
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
      this.#fetcher.begin(client, quoted)
      const owed = client.status?.recent.filter(({ fileHash }) => fileHash === this.#host.fileHash) ?? []
      this.#host.joined(this, quoted, owed)
      this.#condition.enter('active')
      this.#condition.works()
      this.pump()
      await Promise.race([untilAborted(signal), broken, client.ended.then((error) => Promise.reject(error))])
    } catch (error) {
      if (codeOf(error) !== 'RECONNECT') this.failedOn = client.protocol
      await this.#host.abandon(this, client, error)
      throw error
    } finally {
      this.#fetcher.end({ settles: signal.aborted })
    }
  }

  /** Opens its channel, or with `more` has more paid in; or sends coin without one. */
  fund(options: { more: boolean; signal: AbortSignal }): Promise<void> {
    this.#condition.enter('confirming')
    return this.#funding.fund(options)
  }
}
