import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { type ChunkRange, indexesOf, rangesOfIndexes } from '../in-band/have.ts'
import { BEGUN_AGAIN_AT, MAX_CHUNKS_IN_MEMORY } from '../in-band/limits.ts'
import type { ChunkRef, CommitResult, PayeeAccount } from '../in-band/payments.ts'
import { readChunk } from '../in-band/read-chunk.ts'
import { WorkSet } from '../in-band/work-set.ts'
import type { BulkFrame } from '../system/frame-writer.ts'
import { ChunkQueue, type ChunkTask, type ServedRequest } from './chunk-queue.ts'
import { encodeMessage } from './codec.ts'
import type { PayeeMessage } from './message.ts'
import { Refusals, type RefusalsOptions } from './refusals.ts'

export interface ServingOptions extends RefusalsOptions {
  /** `pull` has a chunk. */
  readonly onReady: () => void
  /** Nothing can be promised any more, for example because the disk is full. */
  readonly onFailure: (error: unknown) => void
}

/** A chunk from when it is begun until the stream has taken it. */
interface Job {
  readonly task: ChunkTask
  readonly chunk: ChunkRef
  withdrawn: boolean
  /** Counted in D by this request. */
  committed: boolean
  message: (PayeeMessage & { type: 'chunk-data' | 'file-response' }) | undefined
  leaving: boolean
}

type Rejected = CommitResult & { kind: 'rejected' }

/**
 * The chunks of one stream: begun in the order they were asked for, as far as there is room and money covers them; counted
 * durably in D, then sent. Where money ends, they wait.
 */
export class Serving {
  readonly #options: ServingOptions
  readonly #queue = new ChunkQueue()
  readonly #jobs = new Map<string, Job>()
  readonly #refusals: Refusals
  /** A failure in it means that the books could not be written. */
  readonly #work: WorkSet
  #account: PayeeAccount | undefined
  #ready: Job[] = []
  /** The first chunk that is not covered. Nothing is begun until the books change. */
  #due: { readonly chunk: ChunkRef; readonly code: string; told: boolean } | undefined
  /** How often the books have changed: what was judged before then is judged again. */
  #changes = 0
  /** They have, and no chunk was committed since. */
  #isPaid = false
  /** How many to begin at once: one where money ended, twice as many for each that was covered since. */
  #width = MAX_CHUNKS_IN_MEMORY
  #closing: Promise<void> | undefined

  constructor(options: ServingOptions) {
    this.#options = options
    this.#work = new WorkSet(options.onFailure)
    this.#refusals = new Refusals(options)
  }

  /** Who pays, once that is proven. */
  authenticated(account: PayeeAccount): void {
    this.#account = account
    this.#refusals.authenticated(account.payer)
  }

  add(request: ServedRequest): void {
    const held = this.#options.server.chunks.have(request.fileHash)
    const [there, missing]: [number[], number[]] = [[], []]
    for (const index of indexesOf(request.ranges)) (held?.has(index) === true ? there : missing).push(index)
    this.#refusals.refuse(request, rangesOfIndexes(missing), 'DONT_HAVE')
    this.#queue.add(request, rangesOfIndexes(there))
    this.#begin()
  }

  /** Takes back chunks that have not begun to leave. */
  cancel(requestId: number, ranges: readonly ChunkRange[]): void {
    this.#refusals.cancelled(requestId, this.#queue.remove(requestId, ranges))
    const indexes = new Set(indexesOf(ranges))
    for (const job of this.#jobs.values())
      if (job.task.request.requestId === requestId && indexes.has(job.task.chunkIndex)) this.#withdraw(job)
    this.booksChanged()
  }

  /** V rose or D fell: what waits may be covered. */
  booksChanged(): void {
    this.#changes++
    this.#isPaid = true
    this.#due = undefined
    this.#begin()
  }

  /** More may leave. */
  granted(): void {
    this.#begin()
  }

  /** The next chunk to send. From here on it counts as sent. */
  pull(): BulkFrame | undefined {
    const job = this.#ready.find((candidate) => this.#isNext(candidate))
    if (job?.message === undefined) return undefined
    const { message } = job
    const { metrics, failPoints } = this.#options.server
    this.#ready = this.#ready.filter((other) => other !== job)
    job.leaving = true
    this.#options.session.delivered(message.requestId)
    return {
      frame: encodeMessage(message),
      sent: () => {
        metrics.chunksSent.inc()
        metrics.bytesSent.inc(message.chunk.byteLength)
        failPoints?.hit('chunk-sent')
        this.#finish(job)
      },
    }
  }

  /** Begins nothing more; resolves when every chunk that did not leave is out of D. Closing twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#refusals.mute()
    this.#queue.clear()
    for (const job of this.#jobs.values()) this.#withdraw(job)
    await this.#work.done()
  }

  #begin(): void {
    const { session } = this.#options
    if (this.#jobs.size > this.#width * BEGUN_AGAIN_AT) return
    while (this.#closing === undefined && this.#due === undefined && this.#jobs.size < this.#width) {
      const begun = [...this.#jobs.values()].filter(({ leaving }) => !leaving).length
      const task = begun < session.room ? this.#queue.take() : undefined
      if (task === undefined) return
      const chunk = { fileHash: task.request.fileHash, chunkIndex: task.chunkIndex }
      const job: Job = { task, chunk, withdrawn: false, committed: false, message: undefined, leaving: false }
      this.#jobs.set(keyOf(task), job)
      this.#work.add(this.#serve(job))
    }
    this.#tellDue()
  }

  /** Up to the first await it runs in turn, so commits reach the account in the order of the requests. */
  async #serve(job: Job): Promise<void> {
    const { request, chunkIndex } = job.task
    const { chunks, quotes } = this.#options.server
    const held = chunks.have(request.fileHash)
    if (held === undefined) return this.#dropRest(job, 'DONT_HAVE')
    if (!held.has(chunkIndex)) return this.#drop(job, 'DONT_HAVE')
    const price = quotes.priceOf(request.quoteId, request.fileHash, chunkIndex, this.#account?.payer)
    if (price === undefined) return this.#dropRest(job, 'QUOTE_EXPIRED')
    if (price > 0n && this.#account === undefined) return this.#dropRest(job, 'HELLO_REQUIRED')
    const refusal = this.#foresee(job, price)
    const reading = refusal === undefined ? readChunk(this.#options.server, job.chunk, request.wantProof) : undefined
    const credit = await this.#commit(job, price, refusal)
    const read = await reading
    if (credit === undefined) return
    if (job.withdrawn) return await this.#release(job)
    if (read === undefined) {
      await this.#uncommit(job)
      return this.#drop(job, 'DONT_HAVE')
    }
    const sent = { requestId: request.requestId, chunkIndex, credit, ...read }
    job.message =
      request.lastChunk === undefined
        ? { type: 'chunk-data', ...sent }
        : {
            type: 'file-response',
            ...sent,
            isLastChunk: chunkIndex === request.lastChunk,
            nextChunkHash: chunks.chunkHash?.(request.fileHash, chunkIndex + 1),
          }
    this.#ready.push(job)
    this.#options.onReady()
  }

  /**
   * Where money is short most chunks would be begun in vain: that costs neither a durable write nor a read. A payment that came since is
   * perhaps not written down yet, so the first chunk after it is tried.
   */
  #foresee({ chunk }: Job, price: Wei): Rejected | undefined {
    if (price === 0n || this.#width === MAX_CHUNKS_IN_MEMORY || this.#isPaid) return undefined
    return this.#account?.refusal({ ...chunk, price })
  }

  /** Counts the chunk in D, durably. @returns the payer's credit, or `undefined` when the chunk goes no further */
  async #commit(job: Job, price: Wei, refusal: Rejected | undefined): Promise<Wei | undefined> {
    if (price === 0n || this.#account === undefined) return ZERO_WEI
    const changes = this.#changes
    if (refusal === undefined) this.#isPaid = false
    const result = await (refusal ?? this.#account.commit({ ...job.chunk, price }))
    if (result.kind === 'rejected') {
      await this.#rejected(job, result, changes)
      return undefined
    }
    job.committed = true
    this.#width = Math.min(this.#width * 2, MAX_CHUNKS_IN_MEMORY)
    // A smaller chunk may be covered where a larger one before it was not: of a FILE_REQUEST it has to wait for it.
    if (job.task.request.lastChunk === undefined || job.withdrawn || !this.#queue.hasBelow(job.task)) {
      this.#begin() // whether the next is covered is known by the time this one has left
      return result.credit
    }
    await this.#uncommit(job)
    this.#postpone(job)
    return undefined
  }

  async #rejected(job: Job, rejected: Rejected, changes: number): Promise<void> {
    const { code } = rejected
    if (job.withdrawn) return await this.#release(job)
    if (code === 'RESEND_LIMIT') return this.#drop(job, code, rejected.status)
    if (code !== 'VOUCHER_TOO_LOW' && code !== 'VOUCHER_OVER_DEPOSIT') return this.#dropRest(job, code, rejected.status)
    this.#width = 1
    if (changes === this.#changes) this.#due ??= { chunk: job.chunk, code, told: false }
    this.#postpone(job)
  }

  #postpone(job: Job): void {
    if (this.#closing === undefined) this.#queue.putBack(job.task)
    this.#finish(job)
  }

  /** SPEC 07 §6.3: "When everything that may leave has left, the payee sends PAYMENT_DUE". */
  #tellDue(): void {
    const due = this.#due
    if (due === undefined || due.told || this.#jobs.size > 0 || this.#account === undefined) return
    if (this.#closing !== undefined) return
    due.told = true
    const { chunk, code } = due
    this.#options.push({ type: 'payment-due', chunk, code, status: { ...this.#account.status(), recent: [] } })
  }

  #withdraw(job: Job): void {
    if (job.withdrawn || job.leaving) return
    job.withdrawn = true
    if (job.message === undefined) return // it is being worked on, and will see
    this.#ready = this.#ready.filter((other) => other !== job)
    this.#work.add(this.#release(job))
  }

  async #release(job: Job): Promise<void> {
    await this.#uncommit(job)
    this.#refusals.cancelled(job.task.request.requestId, [rangeOf(job.task)])
    this.#finish(job)
  }

  async #uncommit(job: Job): Promise<void> {
    if (job.committed) await this.#account?.release(job.chunk)
    job.committed = false
  }

  /** Of a FILE_REQUEST, only when no chunk below it is still to leave. */
  #isNext({ task }: Job): boolean {
    if (task.request.lastChunk === undefined) return true
    const before = (job: Job): boolean =>
      job.task.request === task.request && job.task.chunkIndex < task.chunkIndex && !job.leaving
    return !this.#queue.hasBelow(task) && ![...this.#jobs.values()].some(before)
  }

  /** This chunk will not come. */
  #drop(job: Job, code: string, status?: Rejected['status']): void {
    this.#refusals.refuse(job.task.request, [rangeOf(job.task)], code, status)
    this.#finish(job)
  }

  /** Nor will what is left of its request: the reason is the same. */
  #dropRest(job: Job, code: string, status = this.#account?.status()): void {
    const { request } = job.task
    const quoted = this.#options.server.quotes.quote(request.fileHash) !== undefined
    const rest = this.#queue.remove(request.requestId)
    this.#refusals.refuse(
      request,
      [rangeOf(job.task), ...rest],
      quoted ? code : 'DONT_HAVE',
      quoted ? status : undefined,
    )
    this.#finish(job)
  }

  #finish(job: Job): void {
    job.message = undefined
    this.#jobs.delete(keyOf(job.task))
    this.#begin()
    if (this.#ready.length > 0) this.#options.onReady() // one that had to wait for this one, perhaps
  }
}

function keyOf({ request, chunkIndex }: ChunkTask): string {
  return `${request.requestId}/${chunkIndex}`
}

function rangeOf({ chunkIndex }: ChunkTask): ChunkRange {
  return { first: chunkIndex, count: 1 }
}
