import { addWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { toHex } from '../../domain/bytes.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { bundleOf } from '../../settlement/bundle.ts'
import { forEachAtOnce } from '../../system/for-each-at-once.ts'
import type { Random } from '../../system/random.ts'
import type { BatchFileView, BatchView } from '../batch-types.ts'
import type { DownloadPhase } from '../types.ts'
import { type BatchFile, pricedFiles, type ResolvedBatch, viewOfFile } from './batch-files.ts'
import { type BatchJob, memberJob } from './batch-job.ts'
import { batchDeposit } from './batch-plan.ts'
import { BatchPurchase } from './batch-purchase.ts'
import type { BatchStore } from './batch-store.ts'
import { BatchTally } from './batch-tally.ts'
import { whyNobodySells } from './batch-way.ts'
import { noteKeptPrepayments } from './conduct.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import { Download } from './download.ts'
import { ID_BYTES } from './download-id.ts'
import type { StoredSource } from './download-store.ts'
import type { ResolveDependencies } from './resolve-batch.ts'
import type { SourceTerms } from './source-host.ts'
import { isStranger } from './stranger.ts'

/**
 * Files of a batch at once. Small files wait for the disk, each for six syncs, and the syncs of several share a commit; more
 * than so many only wait for each other, and each has a part file open.
 */
const FILES_AT_ONCE = 16
/** Codes after which no other file of the batch can be had now either. */
const FATAL = new Set(['BUDGET_EXHAUSTED', 'INSUFFICIENT_FUNDS', 'DISK_FULL', 'STORE_FAILED', 'CAPACITY_EXCEEDED'])

export interface BatchDependencies extends DownloadDependencies, Pick<ResolveDependencies, 'findFiles'> {
  readonly random: Random
  readonly batches: BatchStore
  /** The chunks held for a target. */
  held: (fileHash: FileHash, out: string) => ReturnType<Parameters<typeof pricedFiles>[1]>
  /** Makes the folders of a target. @throws ChiralError `TARGET_OUTSIDE` when a link leads it out of the batch's folder */
  makeRoom(folder: string, target: string): Promise<void>
  /** Writes a file that is here already to another place. */
  copy(file: BatchFile, options: { readonly overwrite: boolean }): Promise<void>
  batchChanged(batch: Batch, options: { now: boolean }): void
}

/** What is bought, and from whom, in the order of `resolved.files`. */
export interface ChosenBatch {
  readonly resolved: ResolvedBatch
  readonly seeders: ReadonlyMap<BatchFile, readonly SourceTerms[]>
}

/** Several files with one budget, one channel a seeder or one escrow for all, and one stream a seeder, settled once. */
export class Batch {
  readonly job: BatchJob
  readonly #deps: BatchDependencies
  readonly #choose: (signal: AbortSignal) => Promise<ChosenBatch>
  readonly #stop = new AbortController()
  readonly #running = new Map<BatchFile, Download>()
  readonly #tally: BatchTally
  #phase: DownloadPhase = 'finding'
  #chosen: ChosenBatch | undefined
  #error: ChiralError | undefined
  #purchase: BatchPurchase | undefined
  #run: Promise<void> | undefined

  constructor(job: BatchJob, deps: BatchDependencies, choose: (signal: AbortSignal) => Promise<ChosenBatch>) {
    this.job = job
    this.#deps = deps
    this.#choose = choose
    this.#tally = new BatchTally(deps.clock)
  }

  get phase(): DownloadPhase {
    return this.#phase
  }

  /** Runs, or goes on. Resolves when every file is here or failed, or the batch was stopped. */
  run(): Promise<void> {
    this.#run ??= this.#toEnd()
    return this.#run
  }

  /** Stops without losing anything; `phase` is what is remembered. Resolves when all is still. */
  async stop(phase: 'paused' | 'cancelled' | undefined): Promise<void> {
    this.#stop.abort(new ChiralError('CANCELLED', 'The batch was stopped.'))
    await this.#run
    if (phase !== undefined && this.#phase !== 'done') await this.#enter(phase)
  }

  view(): BatchView {
    const { job, resolved } = { job: this.job, resolved: this.#chosen?.resolved }
    const { payments, store } = this.#deps
    const paid = payments.paidIn(job.batchId)
    this.#tally.follow(this.#running)
    return {
      batchId: job.batchId,
      out: job.request.out,
      phase: this.#phase,
      payBy: job.payBy,
      ...this.#tally.view(),
      spent: [...paid.values()].reduce<Wei>((sum, { amount }) => addWei(sum, amount), ZERO_WEI),
      gasSpent: payments.gasSpentIn(job.batchId),
      sources: store.sourcesOfBatch(job.batchId).map(({ peerId, payee, chunks, bytes }) => {
        const { amount, vouchers } = paid.get(payee) ?? { amount: ZERO_WEI, vouchers: 0 }
        const [channelId] = payments.channelsTo(payee, { budgetId: job.batchId, payBy: job.payBy })
        const blocksLeft = this.#purchase?.blocksLeft.get(payee)
        return {
          peerId,
          payee,
          ...(channelId === undefined ? {} : { channelId }),
          chunks,
          bytes,
          paid: amount,
          vouchers,
          ...(blocksLeft === undefined ? {} : { blocksLeft }),
        }
      }),
      listings: resolved?.listings ?? [],
      ...(this.#error === undefined ? {} : { error: { code: this.#error.code, message: this.#error.message } }),
    }
  }

  files(): BatchFileView[] {
    return (this.#chosen?.resolved.files ?? []).map((file) =>
      viewOfFile(file, this.#running.has(file) ? 'running' : this.#tally.stateOf(file), this.#tally.failureOf(file)),
    )
  }

  async #toEnd(): Promise<void> {
    const { signal } = this.#stop
    try {
      await this.#enter('finding')
      const chosen = await this.#choose(signal)
      this.#chosen = chosen
      const { files } = chosen.resolved
      this.#tally.begin(files)
      const purchase = this.#open(chosen)
      await this.#deps.payments.begin({ budgetId: this.job.batchId, maxTotal: this.job.maxTotal })
      await this.#enter('downloading')
      const bought = pricedFiles(files, this.#deps.held).map(({ of }) => of)
      await forEachAtOnce(bought, FILES_AT_ONCE, (file) => this.#get(file, chosen, purchase))
      signal.throwIfAborted()
      await this.#copyRest(files)
      await this.#enter('settling')
      await purchase.settleAll(this.#sellers())
      signal.throwIfAborted()
      if (this.#tally.failed > 0) throw this.#error ?? this.#tally.failure()
      await this.#deps.payments.end(this.job.batchId)
      this.#tally.end()
      await this.#enter('done')
    } catch (error) {
      this.#tally.end()
      if (!signal.aborted) {
        this.#error = new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error })
        this.#deps.log.warn({ batch_id: this.job.batchId, code: this.#error.code }, this.#error.message)
        await this.#enter('failed')
      }
    } finally {
      this.#noteKept()
      await this.#purchase?.close()
      await this.#blockLiars()
    }
  }

  #open({ resolved, seeders }: ChosenBatch): BatchPurchase {
    const { signal } = this.#stop
    const deposit = (terms: SourceTerms): Wei => {
      const left = pricedFiles(resolved.files, this.#deps.held).filter(({ of }) => this.#tally.isOpen(of))
      const chosen = left.map((file) => ({ file, seeders: seeders.get(file.of) ?? [] }))
      const planned = batchDeposit(chosen, terms.payee)
      if (planned > 0n) return planned
      // Whoever was found later takes over what is under way.
      const asked = chosen.filter(({ file }) => this.#running.has(file.of))
      return batchDeposit(
        asked.map(({ file }) => ({ file, seeders: [terms] })),
        terms.payee,
      )
    }
    const lock = () => {
      const left = pricedFiles(resolved.files, this.#deps.held)
      const asked = left.flatMap(({ of }) => seeders.get(of) ?? []).filter(({ pricePerMiB }) => pricePerMiB > 0n)
      const payees = [...new Map(asked.map((terms) => [terms.payee, terms])).values()]
      return { bundle: bundleOf(left.flatMap(({ of }) => of.fileHash ?? [])), payees }
    }
    const any = resolved.files.find(({ fileHash }) => fileHash !== undefined)
    this.#purchase = new BatchPurchase(this.#deps, { job: this.#jobOf(any, []), deposit, lock, signal })
    return this.#purchase
  }

  async #get(file: BatchFile, { seeders }: ChosenBatch, purchase: BatchPurchase): Promise<void> {
    const prepared = file.file
    if (this.#stop.signal.aborted || this.#error !== undefined || prepared === undefined) return
    try {
      await this.#deps.makeRoom(this.job.request.out, file.target)
      const chosen = seeders.get(file) ?? []
      if (chosen.length === 0) throw whyNobodySells(file, this.job)
      const job = this.#jobOf(file, chosen)
      // Started by its batch's user, and not on its own: a start alone has a budget of its own.
      await this.#deps.store.save({ ...job, starts: this.#deps.store.find(job.fileHash, job.out)?.starts ?? 0 })
      const download = new Download(job, this.#memberDeps(), purchase)
      this.#running.set(file, download)
      const stop = (): void => void download.stop(undefined)
      this.#stop.signal.addEventListener('abort', stop, { once: true })
      if (this.#stop.signal.aborted) stop()
      else await download.run({ ...prepared, seeders: chosen })
      this.#stop.signal.removeEventListener('abort', stop)
      const { phase, error } = download.view()
      this.#tally.follow(this.#running)
      this.#running.delete(file)
      this.#tally.left(file, download.bytes)
      if (phase === 'done') this.#tally.done(file)
      else if (error !== undefined) throw new ChiralError(error.code, error.message)
    } catch (error) {
      this.#running.delete(file)
      this.#failed(file, new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error }))
    }
    this.#deps.batchChanged(this, { now: false })
  }

  /** Files of a folder are not all in the DHT: who sold another file of the batch is asked for this one, too. */
  #memberDeps(): DownloadDependencies {
    return {
      ...this.#deps,
      changed: () => this.#deps.batchChanged(this, { now: false }),
      findSeeders: async (fileHash, signal) => {
        const seeders = this.#chosen?.resolved.files.flatMap(({ file }) => file?.seeders ?? []) ?? []
        const known = [...new Map(seeders.map((terms) => [terms.peerId, terms])).values()]
        const found = (await this.#deps.findFiles([fileHash], known, signal)).get(fileHash)
        return found === undefined || found instanceof ChiralError ? [] : found.seeders
      },
    }
  }

  /** The same content at other places is bought once. */
  async #copyRest(files: readonly BatchFile[]): Promise<void> {
    const { overwrite = false, out } = this.job.request
    const here = new Map(
      files.filter((file) => this.#tally.stateOf(file) === 'done').map((file) => [file.fileHash, file]),
    )
    const copies = files.filter((file) => this.#tally.stateOf(file) === 'waiting')
    await forEachAtOnce(copies, FILES_AT_ONCE, async (file) => {
      if (this.#stop.signal.aborted || this.#error !== undefined) return
      try {
        if (!here.has(file.fileHash))
          throw new ChiralError('SEEDERS_GONE', `${file.path} is a copy of a file that failed.`)
        await this.#deps.makeRoom(out, file.target)
        await this.#deps.copy(file, { overwrite })
        this.#tally.done(file)
      } catch (error) {
        this.#failed(file, new ChiralError(codeOf(error) ?? 'INTERNAL', messageOf(error), { cause: error }))
      }
    })
  }

  #failed(file: BatchFile, error: ChiralError): void {
    this.#tally.fail(file, error)
    if (FATAL.has(error.code)) this.#error ??= error
  }

  #jobOf(file: BatchFile | undefined, chosen: readonly SourceTerms[]): DownloadJob {
    const { store, random } = this.#deps
    return memberJob(this.job, file, {
      chosen,
      find: (fileHash, out) => store.find(fileHash, out),
      newId: () => toHex(random.bytes(ID_BYTES)),
    })
  }

  #noteKept(): void {
    const { store, payments, reputation } = this.#deps
    const { batchId } = this.job
    noteKeptPrepayments(reputation, store.sourcesOfBatch(batchId), payments.paidIn(batchId))
  }

  /** Strangers are owed nothing, and are in no network of ours to be kept out of. */
  #sellers(): StoredSource[] {
    return this.#deps.store.sourcesOfBatch(this.job.batchId).filter((source) => !isStranger(source))
  }

  async #blockLiars(): Promise<void> {
    for (const { peerId, payee } of this.#sellers()) {
      const until = this.#deps.bans.bannedUntil(peerId, payee)
      if (until !== undefined) await this.#deps.block(peerId, until)
    }
  }

  async #enter(phase: DownloadPhase): Promise<void> {
    if (this.#phase !== phase) await this.#deps.batches.setPhase(this.job.batchId, phase)
    this.#phase = phase
    this.#deps.batchChanged(this, { now: true })
  }
}
