import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { messageOf } from '../domain/errors.ts'
import type { ChunkSource, QuoteBook } from '../in-band/chunk-source.ts'
import type { RefusalCode } from '../in-band/errors.ts'
import { MAX_CHUNKS_IN_MEMORY } from '../in-band/limits.ts'
import type { StreamMetrics } from '../in-band/metrics.ts'
import type { PayeeAccount } from '../in-band/payments.ts'
import { termsOf } from '../in-band/terms.ts'
import type { Clock } from '../system/clock.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { BulkFrame } from '../system/frame-writer.ts'
import type { Logger } from '../system/logger.ts'
import { encodeMessage } from './codec.ts'
import type { PayeeMessage } from './message.ts'
import type { PayeeSession, WantMessage } from './payee-session.ts'

/** Of the server's options, what serving needs. */
export interface ServingContext {
  readonly chunks: ChunkSource
  readonly quotes: QuoteBook
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: StreamMetrics
  readonly failPoints?: FailPoints | undefined
}

export interface ServingOptions {
  readonly server: ServingContext
  readonly session: PayeeSession
  readonly push: (message: PayeeMessage) => void
  /** `pull` has a chunk. */
  readonly onReady: () => void
  /** The payer asks again and again for what is refused. */
  readonly onTooManyRefusals: () => void
  /** Nothing can be promised any more, for example because the disk is full. */
  readonly onFailure: (error: unknown) => void
}

/** A request from when it is begun until its chunk was taken by the stream. */
interface Job {
  readonly want: WantMessage
  withdrawn: boolean
  /** Counted in D by this request. */
  committed: boolean
  block: (PayeeMessage & { type: 'block' }) | undefined
}

type Chunk = { readonly chunk: Uint8Array; readonly proof: readonly Uint8Array[] }

/**
 * The chunk requests of one stream: begun in the order they came, a few at a time; counted durably in D and read from
 * disk at once; sent in the order they became ready.
 */
export class Serving {
  readonly #options: ServingOptions
  #account: PayeeAccount | undefined
  #waiting: WantMessage[] = []
  readonly #jobs = new Map<number, Job>()
  #ready: Job[] = []
  readonly #working = new Set<Promise<void>>()
  #closed = false

  constructor(options: ServingOptions) {
    this.#options = options
  }

  /** Who pays, once that is proven. */
  authenticated(account: PayeeAccount): void {
    this.#account = account
  }

  add(want: WantMessage): void {
    this.#waiting.push(want)
    this.#begin()
  }

  /** Takes back a request whose chunk has not left; answers CANCELLED when it is out of D. */
  withdraw(requestId: number): void {
    const waiting = this.#waiting.find((want) => want.requestId === requestId)
    if (waiting !== undefined) {
      this.#waiting = this.#waiting.filter((want) => want !== waiting)
      this.#track(this.#takeVoucher(waiting).then(() => this.#cancelled(waiting)))
      return
    }
    const job = this.#jobs.get(requestId)
    if (job === undefined) return
    job.withdrawn = true
    if (job.block === undefined) return // it is being worked on, and will see
    this.#ready = this.#ready.filter((other) => other !== job)
    this.#track(this.#withdrawn(job))
  }

  /** The next chunk to send. From here on it counts as sent. */
  pull(): BulkFrame | undefined {
    const job = this.#ready.shift()
    if (job?.block === undefined) return undefined
    const { want, block } = job
    const { metrics, failPoints } = this.#options.server
    this.#options.session.delivered(want.requestId, { fileHash: want.fileHash, chunkIndex: want.chunkIndex })
    return {
      frame: encodeMessage(block),
      sent: () => {
        metrics.chunksSent.inc()
        metrics.bytesSent.inc(block.chunk.byteLength)
        failPoints?.hit('chunk-sent')
        this.#finish(job)
      },
    }
  }

  /** Begins nothing more; resolves when every voucher that came is taken and every chunk that did not leave is out of D. */
  async close(): Promise<void> {
    this.#closed = true
    for (const want of this.#waiting.splice(0)) this.#track(this.#takeVoucher(want))
    for (const job of this.#jobs.values()) job.withdrawn = true
    for (const job of this.#ready.splice(0)) this.#track(this.#withdrawn(job))
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  #begin(): void {
    while (!this.#closed && this.#jobs.size < MAX_CHUNKS_IN_MEMORY) {
      const want = this.#waiting.shift()
      if (want === undefined) return
      const job: Job = { want, withdrawn: false, committed: false, block: undefined }
      this.#jobs.set(want.requestId, job)
      this.#track(this.#work(job))
    }
  }

  /** Up to the first await it runs in turn, so vouchers and commits reach the account in the order of the requests. */
  async #work(job: Job): Promise<void> {
    const { want } = job
    const { chunks, quotes } = this.#options.server
    if (chunks.have(want.fileHash)?.has(want.chunkIndex) !== true) return await this.#refuse(job, dontHave(want))
    const price = quotes.priceOf(want.quoteId, want.fileHash, want.chunkIndex)
    if (price === undefined) return await this.#refuse(job, this.#unquoted(want))
    if (price > 0n && this.#account === undefined) return await this.#refuse(job, this.#unpaid(want, 'HELLO_REQUIRED'))
    const reading = this.#read(want)
    const credit = await this.#commit(job, price)
    const chunk = await reading
    if (credit === undefined) return
    if (job.withdrawn) return await this.#withdrawn(job)
    if (chunk === undefined) {
      await this.#release(job)
      this.#answerRefused(job, dontHave(want))
      return
    }
    job.block = { type: 'block', requestId: want.requestId, credit, ...chunk }
    this.#ready.push(job)
    this.#options.onReady()
  }

  /** Counts the chunk in D, durably. @returns the payer's credit, or `undefined` when that was refused and answered */
  async #commit(job: Job, price: Wei): Promise<Wei | undefined> {
    const { want } = job
    if (price === 0n || this.#account === undefined) {
      await this.#takeVoucher(want)
      return ZERO_WEI
    }
    const { fileHash, chunkIndex, voucher } = want
    const result = await this.#account.commit({ fileHash, chunkIndex, price, voucher })
    if (result.kind === 'committed') {
      job.committed = true
      return result.credit
    }
    if (job.withdrawn) await this.#withdrawn(job)
    else
      this.#answerRefused(job, {
        type: 'payment-required',
        requestId: want.requestId,
        code: result.code,
        status: result.status,
      })
    return undefined
  }

  /** `undefined` when the chunk cannot be read: it is not there any more, for the payer. */
  async #read({ fileHash, chunkIndex, wantProof }: WantMessage): Promise<Chunk | undefined> {
    const { chunks, log } = this.#options.server
    try {
      const [chunk, proof] = await Promise.all([
        chunks.read(fileHash, chunkIndex),
        wantProof ? chunks.proof?.(fileHash, chunkIndex) : undefined,
      ])
      return { chunk, proof: proof ?? [] }
    } catch (error) {
      log.warn({ fileHash, chunkIndex, err: error }, `a shared chunk cannot be read: ${messageOf(error)}`)
      return undefined
    }
  }

  /** SPEC 03 §6.4: "A payee MUST take the voucher of a WANT it refuses". */
  async #refuse(job: Job, answer: PayeeMessage): Promise<void> {
    await this.#takeVoucher(job.want)
    if (job.withdrawn) await this.#withdrawn(job)
    else this.#answerRefused(job, answer)
  }

  async #takeVoucher(want: WantMessage): Promise<void> {
    if (want.voucher !== undefined) await this.#account?.pay(want.voucher)
  }

  #answerRefused(job: Job, answer: PayeeMessage): void {
    this.#options.server.metrics.requestsRefused.inc()
    const tooMany = this.#options.session.refused(job.want.requestId)
    this.#options.push(answer)
    this.#finish(job)
    if (tooMany) this.#options.onTooManyRefusals()
  }

  async #withdrawn(job: Job): Promise<void> {
    await this.#release(job)
    this.#cancelled(job.want)
    this.#finish(job)
  }

  async #release({ committed, want }: Job): Promise<void> {
    if (committed) await this.#account?.release({ fileHash: want.fileHash, chunkIndex: want.chunkIndex })
  }

  #cancelled({ requestId }: WantMessage): void {
    this.#options.session.answered(requestId)
    if (this.#closed) return
    this.#options.server.metrics.requestsCancelled.inc()
    const credit = this.#account?.status().credit ?? ZERO_WEI
    this.#options.push({ type: 'cancelled', target: { kind: 'request', requestId }, credit })
  }

  #unquoted(want: WantMessage): PayeeMessage {
    const refusal = this.#unpaid(want, 'QUOTE_EXPIRED')
    return refusal.quote === undefined ? dontHave(want) : refusal
  }

  #unpaid(want: WantMessage, code: RefusalCode): PayeeMessage & { type: 'payment-required' } {
    const { quotes, clock } = this.#options.server
    const quote = quotes.quote(want.fileHash)
    return {
      type: 'payment-required',
      requestId: want.requestId,
      code,
      quote: quote === undefined ? undefined : termsOf(quote, clock.now()),
      status: this.#account?.status(),
    }
  }

  #finish(job: Job): void {
    job.block = undefined
    this.#jobs.delete(job.want.requestId)
    this.#begin()
  }

  /** A failure here means that the books could not be written: nothing more may be promised on this stream. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(this.#options.onFailure).finally(() => this.#working.delete(tracked))
    this.#working.add(tracked)
  }
}

function dontHave(want: WantMessage): PayeeMessage {
  return { type: 'dont-have', requestId: want.requestId }
}
