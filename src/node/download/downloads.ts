import { join } from 'node:path'
import { LISTING_MEDIA_TYPE } from '../../content/listing.ts'
import { minWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import { toHex } from '../../domain/bytes.ts'
import { chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash, PeerIdText } from '../../domain/ids.ts'
import type { PayByChoice } from '../../domain/pay-by.ts'
import type { Random } from '../../system/random.ts'
import type { DownloadPlan, DownloadRequest, DownloadView, SeederView } from '../types.ts'
import { type CostsDependencies, DownloadCosts } from './costs.ts'
import type { DownloadDefaults, DownloadDependencies, DownloadJob, PreparedFile } from './dependencies.ts'
import { Download } from './download.ts'
import { ID_BYTES } from './download-id.ts'
import { settingsOf } from './download-settings.ts'
import { chooseSeeders, depositFor, missingPrice, sumOf } from './plan.ts'
import type { SourceTerms } from './source-host.ts'
import { isUnderWay } from './under-way.ts'

/** How long what a search found is used again: from the question "buy it?" to the answer. */
export const PREPARED_TTL_MS = 120_000

export interface DownloadsDependencies extends DownloadDependencies {
  readonly random: Random
  readonly defaults: DownloadDefaults & { readonly payBy?: PayByChoice | undefined }
  /** Chunks of the file that are here already for this target. */
  held(fileHash: FileHash, out: string): Promise<Bitfield | undefined>
  balance(): Promise<Wei>
  gasCeiling: CostsDependencies['gasCeiling']
  seederView(terms: SourceTerms, sizeBytes: number): SeederView
  /** False where nothing is. */
  isFolder(path: string): Promise<boolean>
}

/** What a search found, and the order that chance gives it: what is bought is what was shown. */
interface Found {
  readonly file: PreparedFile
  readonly roll: number
}

/** All downloads of a node: planned, running, resumed after a restart. */
export class Downloads {
  readonly #deps: DownloadsDependencies
  readonly #costs: DownloadCosts
  readonly #downloads = new Map<string, Download>()
  /** Starts that are under way, by file and target. */
  readonly #starting = new Map<string, Promise<DownloadView>>()
  readonly #prepared = new Map<string, { found: Found; until: number }>()

  constructor(deps: DownloadsDependencies) {
    this.#deps = deps
    this.#costs = new DownloadCosts(deps)
  }

  async plan(request: DownloadRequest, signal: AbortSignal): Promise<DownloadPlan> {
    const found = await this.#prepare(request.reference, signal)
    const { file } = found
    const { sizeBytes, fileHash } = file.manifest
    const out = await this.#targetOf(request.out, file.name)
    const have = (await this.#deps.held(fileHash, out)) ?? nothingHeld(sizeBytes)
    const balance = await this.#deps.balance()
    const chosen = await this.#choose(found, { ...request, out }, have, balance)
    const byPrice = chosen.toSorted((a, b) => Number(a.pricePerMiB - b.pricePerMiB))
    const [cheapest, dearest] = [byPrice[0], byPrice.at(-1)]
    const bid = request.bid && cheapest && minWei(request.bid, cheapest.pricePerMiB)
    const payBy = await this.#costs.wayOf(request, { chosen, have })
    const known = this.#deps.store.find(fileHash, out)
    const kept = new Map(known === undefined ? [] : this.#deps.payments.keptFrom(known.downloadId))
    const lostBefore = sumOf(kept.values())
    for (const { payee } of chosen) kept.delete(payee) // it gets no second chunk ahead
    const lost = this.#costs.mostLost(payBy, { chosen, have, sizeBytes, prepay: request.prepay })
    return {
      fileHash,
      publisher: file.publisher,
      name: file.name,
      isListing: file.mimeType === LISTING_MEDIA_TYPE,
      sizeBytes,
      chunks: have.length,
      chunksHeld: have.count,
      totalPrice: dearest === undefined ? ZERO_WEI : missingPrice(sizeBytes, have, dearest.pricePerMiB),
      bidPrice: bid === undefined ? undefined : missingPrice(sizeBytes, have, bid),
      cheapest: cheapest && this.#deps.seederView(cheapest, sizeBytes),
      dearest: dearest && this.#deps.seederView(dearest, sizeBytes),
      payBy,
      deposit: this.#costs.deposit(payBy, { chosen, have, sizeBytes, balance }),
      maxLoss: wei(lost + sumOf(kept.values())),
      lostBefore,
      gas: await this.#costs.gasFor(chosen, { request, have, sizeBytes }),
      walletBalance: balance,
      seeders: file.seeders.map((terms) => this.#deps.seederView(terms, sizeBytes)),
    }
  }

  /** Starts a download, or goes on with the one of the same file to the same target. */
  async start(request: DownloadRequest, signal: AbortSignal): Promise<DownloadView> {
    const found = await this.#prepare(request.reference, signal)
    this.#prepared.delete(request.reference) // from question to answer; who asks again later finds who is there then
    const { file } = found
    const out = await this.#targetOf(request.out, file.name)
    const place = `${file.manifest.fileHash} ${out}`
    // Who asks for the same at the same moment comes after, and finds it running.
    const before = this.#starting.get(place)
    const start = async (): Promise<DownloadView> => {
      await before?.catch(() => {})
      return this.#start(request, found, out)
    }
    const started = start()
    this.#starting.set(place, started)
    try {
      return await started
    } finally {
      if (this.#starting.get(place) === started) this.#starting.delete(place)
    }
  }

  async #start(request: DownloadRequest, found: Found, out: string): Promise<DownloadView> {
    const { file } = found
    const { fileHash, sizeBytes } = file.manifest
    const have = (await this.#deps.held(fileHash, out)) ?? nothingHeld(sizeBytes)
    const chosen = await this.#choose(found, { ...request, out }, have, await this.#deps.balance())
    const known = this.#deps.store.find(fileHash, out)
    const running = known && this.#downloads.get(known.downloadId)
    if (running !== undefined && isUnderWay(running)) {
      // A new limit holds from now on.
      if (request.maxTotal !== undefined)
        await this.#deps.payments.begin({ ...running.job, maxTotal: request.maxTotal })
      return running.view()
    }
    const downloadId = known?.downloadId ?? toHex(this.#deps.random.bytes(ID_BYTES))
    const job: DownloadJob = {
      downloadId,
      budgetId: downloadId,
      reference: request.reference,
      fileHash,
      out,
      phase: 'finding',
      maxTotal: await this.#costs.budget(request, file, have, chosen, known?.downloadId),
      maxPrice: request.maxPrice,
      closeChannels: request.closeChannels,
      startedAt: known?.startedAt ?? this.#deps.clock.now(),
      batchId: undefined,
      starts: (known?.starts ?? 0) + 1,
      payBy: await this.#costs.wayOf(request, { chosen, have }),
      prepay: request.prepay,
      bid: request.bid,
      overwrite: request.overwrite ?? false,
      ...settingsOf(request, this.#deps.defaults),
    }
    await this.#deps.store.save(job)
    return this.#launch(job, { ...file, seeders: chosen }).view()
  }

  /** Goes on with what was under way when the node last stopped. */
  resumeAll(): void {
    for (const stored of this.#deps.store.list()) {
      if (stored.batchId !== undefined || !isUnderWay(stored)) continue
      const settings = settingsOf({}, this.#deps.defaults)
      this.#launch({ ...stored, ...settings, budgetId: stored.downloadId, overwrite: false })
    }
  }

  list(): DownloadView[] {
    return [...this.#downloads.values()].map((download) => download.view())
  }

  /** Whether any is under way. */
  isBusy(): boolean {
    return [...this.#downloads.values()].some(isUnderWay)
  }

  /** What a peer gives to the downloads that run, in bytes a second. */
  inUse(peerId: PeerIdText): number {
    const sources = this.list().flatMap((download) => download.sources)
    return sources.reduce((sum, source) => sum + (source.peerId === peerId ? source.bytesPerSecond : 0), 0)
  }

  get(downloadId: string): DownloadView | undefined {
    return this.#downloads.get(downloadId)?.view()
  }

  async pause(downloadId: string): Promise<void> {
    await this.#known(downloadId).stop('paused')
  }

  async cancel(downloadId: string): Promise<void> {
    await this.#known(downloadId).stop('cancelled')
  }

  /** Its user's word, as `start` is. */
  async resume(downloadId: string): Promise<void> {
    const { job } = this.#known(downloadId)
    const isNow = (): boolean => isUnderWay(this.#known(downloadId))
    if (isNow()) return
    const next: DownloadJob = { ...job, phase: 'finding', starts: job.starts + 1 }
    await this.#deps.store.save(next)
    if (!isNow()) this.#launch(next) // else it was asked for twice at once
  }

  /** Stops all of them; they go on at the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#downloads.values()].map((download) => download.stop(undefined)))
  }

  /** A folder means: under the published name inside it. */
  async #targetOf(out: string, name: string): Promise<string> {
    return (await this.#deps.isFolder(out)) ? join(out, name) : out
  }

  #launch(job: DownloadJob, prepared?: PreparedFile): Download {
    const download = new Download(job, this.#deps)
    this.#downloads.set(job.downloadId, download)
    void download.run(prepared)
    return download
  }

  #known(downloadId: string): Download {
    const download = this.#downloads.get(downloadId)
    if (download === undefined)
      throw new ChiralError('DOWNLOAD_UNKNOWN', `There is no download ${downloadId}.`, { details: { downloadId } })
    return download
  }

  async #prepare(reference: string, signal: AbortSignal): Promise<Found> {
    const now = this.#deps.clock.monotonic()
    const known = this.#prepared.get(reference)
    if (known !== undefined && known.until > now) return known.found
    const found = { file: await this.#deps.prepare(reference, signal), roll: this.#deps.ranking.roll() }
    this.#prepared.clear()
    this.#prepared.set(reference, { found, until: now + PREPARED_TTL_MS })
    return found
  }

  /** The seeders to use: cheap enough, not too many, and no more than the wallet can make deposits for. */
  async #choose({ file, roll }: Found, request: DownloadRequest, have: Bitfield, balance: Wei): Promise<SourceTerms[]> {
    const { ranking } = this.#deps
    const { sizeBytes, fileHash } = file.manifest
    const { maxSources, prefer } = settingsOf(request, this.#deps.defaults)
    const known = this.#deps.store.find(fileHash, request.out)
    const stored = known === undefined ? [] : this.#deps.store.sources(known.downloadId)
    const tried = new Map(stored.map((source) => [source.peerId, source.fruitless]))
    const ranked = ranking.rank(this.#costs.takers(request, file.seeders), { prefer, places: maxSources, roll })
    const chosen = chooseSeeders(ranked, {
      ...ranking,
      maxPrice: request.maxPrice,
      maxSources,
      fruitless: ({ peerId }) => tried.get(peerId) ?? 0,
    })
    const cheapest = file.seeders.toSorted((a, b) => Number(a.pricePerMiB - b.pricePerMiB))[0]
    if (chosen.length === 0 && cheapest !== undefined)
      throw new ChiralError(
        'PRICE_TOO_HIGH',
        `The cheapest seeder asks ${cheapest.pricePerMiB} wei per MiB, above the limit of ${request.maxPrice}: raise --max-price.`,
      )
    const gas = await this.#costs.gasFor(chosen.slice(0, 1), { request, have, sizeBytes })
    const { maxTotal } = request
    // Were every chunk to come from the dearest source, it would still be within the budget.
    const within = chosen.filter(
      ({ pricePerMiB }) => maxTotal === undefined || missingPrice(sizeBytes, have, pricePerMiB) + gas <= maxTotal,
    )
    if (within.length === 0) return chosen.slice(0, 1)
    for (let count = within.length; count > 0; count--) {
      const candidates = within.slice(0, count)
      const needed = candidates.reduce((sum, terms) => {
        const deposit = depositFor(missingPrice(sizeBytes, have, terms.pricePerMiB), count, terms)
        return deposit === 0n ? sum : sum + deposit + gas
      }, 0n)
      if (needed <= balance || count === 1) return candidates
    }
    return within
  }
}

/** What is missing of a file of which nothing is here. */
function nothingHeld(sizeBytes: number): Bitfield {
  return new Bitfield(chunkCount(sizeBytes))
}
