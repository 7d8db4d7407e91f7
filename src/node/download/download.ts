import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { PeerIdText } from '../../domain/ids.ts'
import { publicOf } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { delay } from '../../system/clock.ts'
import type { DownloadPhase, DownloadView } from '../types.ts'
import { broughtNothing } from './brought-nothing.ts'
import { ChunkFlow } from './chunk-flow.ts'
import { noteKeptPrepayments } from './conduct.ts'
import type { DownloadDependencies, DownloadJob, PreparedFile, WriterHandle } from './dependencies.ts'
import { noSeeders, splitSuspected, tooDear } from './download-errors.ts'
import { every } from './every.ts'
import type { Strangers } from './free-sources.ts'
import { takersOf } from './pay-policy.ts'
import { chooseSeeders } from './plan.ts'
import { type Purchase, SinglePurchase } from './purchase.ts'
import { Source } from './source.ts'
import { whyInVain } from './source-errors.ts'
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
  readonly #purchase: Purchase
  readonly #stop = new AbortController()
  readonly #sources = new Map<PeerIdText, Source>()
  /** Attempts in which only money, or others, kept a seeder from being asked: it comes after others, until a new run may spend more. */
  readonly #unasked = new Map<PeerIdText, number>()
  #phase: DownloadPhase
  #file: PreparedFile | undefined
  #flow: ChunkFlow | undefined
  #strangers: Strangers | undefined
  #error: DownloadView['error']
  #sha256: string | undefined
  #startedAt: number
  #endedAt: number | undefined
  #running: Promise<void> | undefined

  constructor(job: DownloadJob, deps: DownloadDependencies, purchase: Purchase = new SinglePurchase(job, deps)) {
    this.job = job
    this.#deps = deps
    this.#purchase = purchase
    this.#phase = job.phase
    this.#startedAt = deps.clock.monotonic()
  }

  get phase(): DownloadPhase {
    return this.#phase
  }

  get bytes(): Pick<DownloadView, 'verifiedBytes' | 'transferBytes'> {
    return { verifiedBytes: this.#flow?.heldBytes ?? 0, transferBytes: this.#flow?.time.bytes ?? 0 }
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
    const paid = this.#purchase.paid()
    const sources = [...this.#sources.values(), ...(this.#strangers?.sources() ?? [])].map((source) =>
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
      payBy: job.payBy,
      sizeBytes: this.#file?.manifest.sizeBytes ?? 0,
      chunks: this.#flow?.count ?? 0,
      verifiedChunks: this.#flow?.held ?? 0,
      ...this.bytes,
      bytesPerSecond: sources.reduce((sum, source) => sum + source.bytesPerSecond, 0),
      ...(this.#sha256 === undefined ? {} : { sha256: this.#sha256 }),
      spent: [...paid.values()].reduce<Wei>((sum, { amount }) => (sum + amount) as Wei, ZERO_WEI),
      gasSpent: this.#purchase.gasSpent(),
      seconds,
      transferSeconds: this.#flow?.time.seconds ?? 0,
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
      await this.#purchase.begin()
      const { overwrite } = this.job
      writer = await this.#deps.openWriter(file.manifest, this.job.out, { overwrite })
      const onChange = (): void => this.#changed()
      const flow = new ChunkFlow({ file, writer, job: this.job, deps: this.#deps, purchase: this.#purchase, onChange })
      this.#flow = flow
      if (!flow.complete) await this.#transfer(flow, file)
      this.#deps.failPoints.hit('tail-unpaid')
      await this.#enter('settling')
      await this.#purchase.settle((peerId) => this.#live(peerId), signal)
      this.#sha256 = await this.#finish(writer, file)
      this.#noteKept()
      await this.#purchase.end()
      this.#endedAt = this.#deps.clock.monotonic()
      await this.#enter('done')
    } catch (error) {
      this.#endedAt = this.#deps.clock.monotonic()
      if (!signal.aborted) {
        this.#error = { code: codeOf(error) ?? 'INTERNAL', message: messageOf(error) }
        this.#deps.log.warn({ download_id: this.job.downloadId, code: this.#error.code }, this.#error.message)
        this.#noteKept()
        await this.#enter('failed').catch(() => this.#deps.changed(this, { now: true })) // on a full disk it is told, not stored
      }
    } finally {
      await Promise.all([...this.#sources.values()].map((source) => source.client?.close()))
      await this.#blockLiars()
      await writer?.close()
    }
  }

  /** Returns when every chunk is held. @throws ChiralError when that cannot be reached now */
  async #transfer(flow: ChunkFlow, file: PreparedFile): Promise<void> {
    const { job } = this
    const completed = new AbortController()
    flow.onComplete(() => completed.abort())
    const signal = AbortSignal.any([this.#stop.signal, completed.signal])
    if (job.freeSources) this.#strangers = this.#deps.freeSources?.join({ job, file, flow, signal })
    try {
      await this.#buy(flow, file.seeders, signal)
    } catch (error) {
      if (!flow.complete) throw flow.fatalError ?? error // strangers may complete it while sellers are looked for
    } finally {
      await this.#strangers?.stop()
    }
  }

  /** From sellers, one set of them after another. `signal` aborts when nothing is missing, or nothing can come. */
  async #buy(flow: ChunkFlow, found: readonly SourceTerms[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    let seeders = found
    let lastProgressAt = clock.monotonic()
    let told = false
    let silences = 0
    let held = flow.held
    for (;;) {
      await this.#enter('opening')
      const before = held
      const beganAt = clock.monotonic()
      await this.#attempt(flow, seeders, signal)
      held = flow.held
      if (flow.complete) return
      this.#stop.signal.throwIfAborted()
      if (flow.fatalError !== undefined) throw flow.fatalError
      const inVain = whyInVain([...this.#sources.values()].flatMap(({ error }) => error ?? []))
      if (inVain !== undefined && flow.stuck) throw inVain // strangers may bring what sellers cannot
      const isSilent = held === before && clock.monotonic() - beganAt > SILENCE_MS
      // Counted since the last chunk: seeders that are silent in turns with others that refuse would keep a download going for ever.
      silences = held > before ? 0 : silences + (isSilent ? 1 : 0)
      // Whoever was there and said nothing for so long is no reason to give up on those who were not asked yet.
      if (held > before || (isSilent && silences < MAX_SILENCES)) lastProgressAt = clock.monotonic()
      const split = splitSuspected(this.#sources.values())
      if (clock.monotonic() - lastProgressAt > (split === undefined ? GIVE_UP_MS : SPLIT_GIVE_UP_MS))
        throw noSeeders(this.#sources.values())
      if (split !== undefined && !told) this.#deps.notice('warn', `The download waits: ${split.message}`)
      told ||= split !== undefined
      await this.#enter('finding')
      await delay(clock, split === undefined ? LOOK_AGAIN_MS : SPLIT_LOOK_AGAIN_MS, signal)
      seeders = (await this.#deps.findSeeders(this.job.fileHash, signal)) ?? []
    }
  }

  /** Uses the given seeders until the file is complete or none of them is of use any more. */
  async #attempt(flow: ChunkFlow, seeders: readonly SourceTerms[], over: AbortSignal): Promise<void> {
    const { bans, clock, store, ranking } = this.#deps
    const usable = seeders.filter(({ peerId, payee }) => bans.bannedUntil(peerId, payee) === undefined)
    const { downloadId, maxPrice, maxSources, prefer } = this.job
    const counted = new Map(store.sources(downloadId).map((source) => [source.peerId, source]))
    const fruitless = ({ peerId }: SourceTerms): number =>
      (counted.get(peerId)?.fruitless ?? 0) + (this.#unasked.get(peerId) ?? 0)
    const ranked = ranking.rank(takersOf(usable, this.job.payBy), { prefer, places: maxSources, roll: ranking.roll() })
    const chosen = chooseSeeders(ranked, { ...ranking, maxPrice, maxSources, fruitless })
    if (usable.length > 0 && chosen.length === 0 && flow.stuck) throw tooDear(usable, maxPrice)
    if (chosen.length === 0) return
    flow.expectSources(chosen)
    const attempt = new AbortController()
    const signal = AbortSignal.any([over, attempt.signal])
    let last = { held: flow.held, at: clock.monotonic() }
    const stallCheck = every(clock, STALL_CHECK_MS, signal, () => {
      flow.pumpAll()
      flow.look()
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
      await source.run(signal)
    })
    try {
      await Promise.all(runs)
    } finally {
      attempt.abort() // where one failed because nothing can be stored, the others end as well
      await Promise.allSettled(runs)
      flow.endAttempt()
      await stallCheck
    }
    if (flow.complete || this.#stop.signal.aborted) return
    const unasked = [...this.#sources.values()].filter((source) => flow.isUnasked(source)).map(({ key }) => key)
    const vain = broughtNothing(chosen, {
      before: counted,
      after: store.sources(downloadId),
      unasked: new Set(unasked),
    })
    for (const peerId of vain.unasked) this.#unasked.set(peerId, (this.#unasked.get(peerId) ?? 0) + 1)
    await store.countFruitless(downloadId, vain.tried)
  }

  /** The stream to a seeder, once no top-up of its channel is under way. */
  async #live(peerId: PeerIdText): Promise<ChunkClient | undefined> {
    const source = this.#sources.get(peerId)
    await source?.funded
    return publicOf(source?.client?.protocol) === undefined ? source?.client : undefined // those know nothing of money
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

  /** Of a batch, the batch alone knows what was paid to whom: for a file of one nothing is found here. */
  #noteKept(): void {
    const { store, reputation } = this.#deps
    noteKeptPrepayments(reputation, store.sources(this.job.downloadId), this.#purchase.paid())
  }

  /** Settled with, a banned peer is cut off. */
  async #blockLiars(): Promise<void> {
    for (const { terms } of this.#sources.values()) {
      const until = this.#deps.bans.bannedUntil(terms.peerId, terms.payee)
      if (until !== undefined) await this.#deps.block(terms.peerId, until)
    }
  }

  async #enter(phase: DownloadPhase): Promise<void> {
    if (this.#phase !== phase) {
      this.#phase = phase
      await this.#deps.store.setPhase(this.job.downloadId, phase)
    }
    this.#deps.changed(this, { now: true })
  }

  #changed(): void {
    if (this.#phase === 'opening' && (this.#flow?.time.hasBegun ?? false))
      this.#enter('downloading').catch(() => {}) // the next write fails as well, and says why
    else this.#deps.changed(this, { now: false })
  }
}
