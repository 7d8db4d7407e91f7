import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { PeerIdText } from '../../domain/ids.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { delay } from '../../system/clock.ts'
import type { DownloadPhase, DownloadView } from '../types.ts'
import { ChunkFlow } from './chunk-flow.ts'
import type { DownloadDependencies, DownloadJob, PreparedFile, WriterHandle } from './dependencies.ts'
import { chooseSeeders } from './plan.ts'
import { settleSource } from './settlement.ts'
import { Source } from './source.ts'
import { severityOf } from './source-errors.ts'
import type { SourceTerms } from './source-host.ts'

/** How long a download without a usable seeder looks for one before it fails; it can be resumed at any time. */
const GIVE_UP_MS = 60_000
/** Between two looks for seeders. */
const LOOK_AGAIN_MS = 2_000
/** The same while a seeder counts no deposit because its chain may be split: enough for that to pass, and an end all the same. */
const SPLIT_GIVE_UP_MS = 10 * 60_000
const SPLIT_LOOK_AGAIN_MS = 10_000
/** How long all sources together may deliver nothing before others get their places: a chunk in this time is 2 KB/s. */
const SILENCE_MS = 120_000
/** Silent attempts in a row before a download fails: each asks others, and one that is run again may get another budget. */
const MAX_SILENCES = 5
/** How often stalled requests are looked for. */
const STALL_CHECK_MS = 500

/** One file on its way: finds seeders, moves chunks from several at once, pays, and finishes. */
export class Download {
  readonly job: DownloadJob
  readonly #deps: DownloadDependencies
  readonly #stop = new AbortController()
  readonly #sources = new Map<PeerIdText, Source>()
  #phase: DownloadPhase
  #file: PreparedFile | undefined
  #flow: ChunkFlow | undefined
  #error: DownloadView['error']
  #sha256: string | undefined
  #startedAt: number
  #endedAt: number | undefined
  #running: Promise<void> | undefined

  constructor(job: DownloadJob, deps: DownloadDependencies) {
    this.job = job
    this.#deps = deps
    this.#phase = job.phase
    this.#startedAt = deps.clock.monotonic()
  }

  get phase(): DownloadPhase {
    return this.#phase
  }

  /** Runs, or goes on; calling it while it runs is fine. Resolves when the download is done, failed or stopped. */
  run(prepared?: PreparedFile): Promise<void> {
    this.#running ??= this.#run(prepared)
    return this.#running
  }

  /** Stops without losing anything; `phase` is what is remembered. Resolves when all is still. */
  async stop(phase: 'paused' | 'cancelled' | undefined): Promise<void> {
    this.#stop.abort(new ChiralError('CANCELLED', 'The download was stopped.'))
    await this.#running
    if (phase !== undefined && this.#phase !== 'done') await this.#enter(phase)
  }

  view(): DownloadView {
    const { job } = this
    const paid = this.#deps.payments.paidIn(job.downloadId)
    const sources = [...this.#sources.values()].map((source) =>
      source.view(paid.get(source.terms.payee) ?? { amount: ZERO_WEI, vouchers: 0 }),
    )
    const seconds = ((this.#endedAt ?? this.#deps.clock.monotonic()) - this.#startedAt) / 1000
    return {
      downloadId: job.downloadId,
      reference: job.reference,
      fileHash: job.fileHash,
      name: this.#file?.name ?? job.fileHash,
      out: job.out,
      phase: this.#phase,
      sizeBytes: this.#file?.manifest.sizeBytes ?? 0,
      chunks: this.#flow?.count ?? 0,
      verifiedChunks: this.#flow?.held ?? 0,
      verifiedBytes: this.#flow?.heldBytes ?? 0,
      bytesPerSecond: sources.reduce((sum, source) => sum + source.bytesPerSecond, 0),
      ...(this.#sha256 === undefined ? {} : { sha256: this.#sha256 }),
      spent: [...paid.values()].reduce<Wei>((sum, { amount }) => (sum + amount) as Wei, ZERO_WEI),
      gasSpent: this.#deps.payments.gasSpentIn(job.downloadId),
      seconds,
      transferSeconds: this.#flow?.transferSeconds ?? 0,
      sources,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    }
  }

  async #run(prepared: PreparedFile | undefined): Promise<void> {
    const { signal } = this.#stop
    let writer: WriterHandle | undefined
    try {
      await this.#enter('finding')
      const file = prepared ?? (await this.#deps.prepare(this.job.reference, signal))
      this.#file = file
      await this.#deps.payments.begin(this.job)
      const { overwrite } = this.job
      writer = await this.#deps.openWriter(file.manifest, this.job.out, { overwrite })
      const flow = new ChunkFlow({ file, writer, job: this.job, deps: this.#deps, onChange: () => this.#changed() })
      this.#flow = flow
      if (!flow.complete) await this.#transfer(flow, file)
      this.#deps.failPoints.hit('tail-unpaid')
      await this.#enter('settling')
      await this.#settle(signal)
      this.#sha256 = await this.#finish(writer, file)
      await this.#deps.payments.end(this.job.downloadId)
      this.#endedAt = this.#deps.clock.monotonic()
      await this.#enter('done')
    } catch (error) {
      this.#endedAt = this.#deps.clock.monotonic()
      if (!signal.aborted) {
        this.#error = { code: codeOf(error) ?? 'INTERNAL', message: messageOf(error) }
        this.#deps.log.warn({ download_id: this.job.downloadId, code: this.#error.code }, this.#error.message)
        await this.#enter('failed')
      }
    } finally {
      await Promise.all([...this.#sources.values()].map((source) => source.client?.close()))
      await this.#blockLiars()
      await writer?.close()
    }
  }

  /** Returns when every chunk is held. @throws ChiralError when that cannot be reached now */
  async #transfer(flow: ChunkFlow, file: PreparedFile): Promise<void> {
    const { clock } = this.#deps
    let seeders = file.seeders
    let lastProgressAt = clock.monotonic()
    let told = false
    let silences = 0
    for (;;) {
      await this.#enter('opening')
      const before = flow.held
      const beganAt = clock.monotonic()
      await this.#attempt(flow, seeders)
      if (flow.complete) return
      this.#stop.signal.throwIfAborted()
      if (flow.fatalError !== undefined) throw flow.fatalError
      const tooPoor = this.#tooPoor()
      if (tooPoor !== undefined) throw tooPoor
      const isSilent = flow.held === before && clock.monotonic() - beganAt > SILENCE_MS
      silences = isSilent ? silences + 1 : 0
      // Whoever was there and said nothing for so long is no reason to give up on those who were not asked yet.
      if (flow.held > before || (isSilent && silences < MAX_SILENCES)) lastProgressAt = clock.monotonic()
      const split = this.#splitSuspected()
      if (clock.monotonic() - lastProgressAt > (split === undefined ? GIVE_UP_MS : SPLIT_GIVE_UP_MS))
        throw this.#noSeeders()
      if (split !== undefined && !told) this.#deps.notice('warn', `The download waits: ${split.message}`)
      told ||= split !== undefined
      await this.#enter('finding')
      await delay(clock, split === undefined ? LOOK_AGAIN_MS : SPLIT_LOOK_AGAIN_MS, this.#stop.signal)
      seeders = (await this.#deps.findSeeders(this.job.fileHash, this.#stop.signal)) ?? []
    }
  }

  /** Uses the given seeders until the file is complete or none of them is of use any more. */
  async #attempt(flow: ChunkFlow, seeders: readonly SourceTerms[]): Promise<void> {
    const { bans, clock, store } = this.#deps
    const usable = seeders.filter(({ peerId, payee }) => bans.bannedUntil(peerId, payee) === undefined)
    const { downloadId, maxPrice, maxSources } = this.job
    const counted = new Map(store.sources(downloadId).map((source) => [source.peerId, source]))
    const fruitless = ({ peerId }: SourceTerms): number => counted.get(peerId)?.fruitless ?? 0
    const chosen = chooseSeeders(usable, { maxPrice, maxSources, fruitless })
    if (usable.length > 0 && chosen.length === 0) throw this.#tooDear(usable)
    if (chosen.length === 0) return
    flow.expectSources(chosen.length)
    const attempt = new AbortController()
    const stop = (): void => attempt.abort(this.#stop.signal.reason)
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    flow.onComplete(() => attempt.abort())
    let last = { held: flow.held, at: clock.monotonic() }
    const stallCheck = this.#every(clock, STALL_CHECK_MS, attempt.signal, () => {
      flow.pumpAll()
      if (flow.held > last.held || flow.preparing) last = { held: flow.held, at: clock.monotonic() }
      const isSilent = clock.monotonic() - last.at > SILENCE_MS
      if (flow.stuck || isSilent) attempt.abort() // others may have it, or these by now
    })
    const runs = chosen.map(async (terms) => {
      await store.saveSource({ downloadId, ...terms })
      const before = counted.get(terms.peerId)
      const source = new Source(terms, flow, { chunks: before?.chunks ?? 0, bytes: before?.bytes ?? 0 })
      this.#sources.set(terms.peerId, source)
      flow.addSource(source)
      await source.run(attempt.signal)
    })
    await Promise.all(runs)
    attempt.abort()
    await stallCheck
    this.#stop.signal.removeEventListener('abort', stop)
    if (flow.complete || this.#stop.signal.aborted) return
    const delivered = new Map(store.sources(downloadId).map(({ peerId, chunks }) => [peerId, chunks]))
    const inVain = chosen.filter(({ peerId }) => delivered.get(peerId) === (counted.get(peerId)?.chunks ?? 0))
    await store.countFruitless(
      downloadId,
      inVain.map(({ peerId }) => peerId),
    )
  }

  /** Pays every seeder of this download, of earlier runs too, what is still owed, and has the channels closed when asked. */
  async #settle(signal: AbortSignal): Promise<void> {
    const stored = this.#deps.store.sources(this.job.downloadId)
    const results = await Promise.allSettled(
      stored.map(async (source) => {
        const live = this.#sources.get(source.peerId)
        await live?.funded
        const connect = async (): Promise<ChunkClient> =>
          live?.client ?? (await this.#deps.connect(source, { job: this.job, paid: true, signal }))
        await settleSource({ source, connect, job: this.job, deps: this.#deps, signal })
      }),
    )
    for (const result of results)
      if (result.status === 'rejected')
        this.#deps.notice('warn', `A seeder could not be settled with: ${messageOf(result.reason)}`)
  }

  /** Reads the file back and gives it its name. A publisher who promised another SHA-256 than the file has is merely told about. */
  async #finish(writer: WriterHandle, file: PreparedFile): Promise<string> {
    const { overwrite } = this.job
    const { expectedSha256, sha256Required } = file
    try {
      const promised = expectedSha256 === undefined ? {} : { sha256: expectedSha256 }
      return (await writer.finish({ overwrite, ...promised })).sha256
    } catch (error) {
      if (codeOf(error) !== 'SHA256_MISMATCH' || sha256Required) throw error
      this.#deps.notice('warn', 'The publisher named another SHA-256 than this file has; its id is right all the same.')
      return (await writer.finish({ overwrite })).sha256
    }
  }

  /** Settled with, a banned peer is cut off. */
  async #blockLiars(): Promise<void> {
    for (const { terms } of this.#sources.values()) {
      const until = this.#deps.bans.bannedUntil(terms.peerId, terms.payee)
      if (until !== undefined) await this.#deps.block(terms.peerId, until)
    }
  }

  async #every(clock: DownloadDependencies['clock'], ms: number, signal: AbortSignal, work: () => void): Promise<void> {
    while (!signal.aborted) {
      await delay(clock, ms, signal).catch(() => {})
      work()
    }
  }

  #noSeeders(): ChiralError {
    const reasons = [...this.#sources.values()].map(
      (source) => source.view({ amount: ZERO_WEI, vouchers: 0 }).error?.message,
    )
    const known = reasons.filter((reason) => reason !== undefined)
    const why = known.length === 0 ? 'nobody who is reachable has it' : known.join(' ')
    return new ChiralError('SEEDERS_GONE', `The download stopped: ${why} Run the same command again to go on.`)
  }

  /** When money is what keeps the sources that failed from going on: others may come, more money will not. */
  #tooPoor(): ChiralError | undefined {
    const failures = [...this.#sources.values()].flatMap(({ error }) => error ?? [])
    const mayComeBack = failures.some((error) => /^(attempt|nobody)$/.test(severityOf(error)))
    return mayComeBack ? undefined : failures.find(({ code }) => code === 'BUDGET_EXHAUSTED')
  }

  #splitSuspected(): ChiralError | undefined {
    return [...this.#sources.values()].find(({ error }) => error?.code === 'SPLIT_SUSPECTED')?.error
  }

  #tooDear(seeders: readonly SourceTerms[]): ChiralError {
    const cheapest = seeders.reduce((a, b) => (a.pricePerMiB <= b.pricePerMiB ? a : b))
    return new ChiralError(
      'PRICE_TOO_HIGH',
      `Every seeder asks more than the limit of ${this.job.maxPrice} wei per MiB; the cheapest asks ${cheapest.pricePerMiB}. Raise --max-price.`,
    )
  }

  async #enter(phase: DownloadPhase): Promise<void> {
    if (this.#phase !== phase) {
      this.#phase = phase
      await this.#deps.store.setPhase(this.job.downloadId, phase)
    }
    this.#deps.changed(this, { now: true })
  }

  #changed(): void {
    if (this.#phase === 'opening' && (this.#flow?.moving ?? false)) void this.#enter('downloading')
    else this.#deps.changed(this, { now: false })
  }
}
