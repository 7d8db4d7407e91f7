import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { RefusalCode } from '../in-band/errors.ts'
import { BEGUN_AGAIN_AT, MAX_CHUNKS_IN_MEMORY } from '../in-band/limits.ts'
import type { PayeeAccount } from '../in-band/payments.ts'
import { readChunk } from '../in-band/read-chunk.ts'
import type { ServeOptions } from '../in-band/serve-options.ts'
import { termsOf } from '../in-band/terms.ts'
import { WorkSet } from '../in-band/work-set.ts'
import type { BulkFrame } from '../system/frame-writer.ts'
import { encodeMessage } from './codec.ts'
import type { PayeeMessage } from './message.ts'
import type { PayeeSession, WantMessage } from './payee-session.ts'

export interface ServingOptions {
  readonly server: ServeOptions
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

/**
 * The chunk requests of one stream: begun in the order they came, some together; counted durably in D and read from
 * disk at once; sent in the order they became ready.
 */
export class Serving {
  readonly #options: ServingOptions
  #account: PayeeAccount | undefined
  #waiting: WantMessage[] = []
  readonly #jobs = new Map<number, Job>()
  #ready: Job[] = []
  /** A failure in it means that the books could not be written: nothing more may be promised on this stream. */
  readonly #work: WorkSet
  #closed = false

  constructor(options: ServingOptions) {
    this.#options = options
    this.#work = new WorkSet(options.onFailure)
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
      this.#work.add(this.#takeVoucher(waiting).then(() => this.#cancelled(waiting)))
      return
    }
    const job = this.#jobs.get(requestId)
    if (job === undefined) return
    job.withdrawn = true
    if (job.block === undefined) return // it is being worked on, and will see
    this.#ready = this.#ready.filter((other) => other !== job)
    this.#work.add(this.#withdrawn(job))
  }

  /** The next chunk to send. From here on it counts as sent. */
  pull(): BulkFrame | undefined {
    const job = this.#ready.shift()
    if (job?.block === undefined) return undefined
    const { want, block } = job
    const { metrics, failPoints } = this.#options.server
    this.#options.session.delivered(want.requestId)
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
    for (const want of this.#waiting.splice(0)) this.#work.add(this.#takeVoucher(want))
    for (const job of this.#jobs.values()) job.withdrawn = true
    for (const job of this.#ready.splice(0)) this.#work.add(this.#withdrawn(job))
    await this.#work.done()
  }

  #begin(): void {
    if (this.#jobs.size > MAX_CHUNKS_IN_MEMORY * BEGUN_AGAIN_AT) return
    while (!this.#closed && this.#jobs.size < MAX_CHUNKS_IN_MEMORY) {
      const want = this.#waiting.shift()
      if (want === undefined) return
      const job: Job = { want, withdrawn: false, committed: false, block: undefined }
      this.#jobs.set(want.requestId, job)
      this.#work.add(this.#serve(job))
    }
  }

  /** Up to the first await it runs in turn, so vouchers and commits reach the account in the order of the requests. */
  async #serve(job: Job): Promise<void> {
    const { want } = job
    const { chunks, quotes } = this.#options.server
    if (chunks.have(want.fileHash)?.has(want.chunkIndex) !== true) return await this.#refuse(job, dontHave(want))
    const price = quotes.priceOf(want.quoteId, want.fileHash, want.chunkIndex, this.#account?.payer)
    if (price === undefined) return await this.#refuse(job, this.#unquoted(want))
    if (price > 0n && this.#account === undefined) return await this.#refuse(job, this.#unpaid(want, 'HELLO_REQUIRED'))
    const reading = readChunk(this.#options.server, want, want.wantProof)
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
    const quote = quotes.quote(want.fileHash, this.#account?.payer)
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
}

function dontHave(want: WantMessage): PayeeMessage {
  return { type: 'dont-have', requestId: want.requestId }
}
