import { join } from 'node:path'
import { maxWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import { toHex } from '../../domain/bytes.ts'
import { chunkCount, chunkLength } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { filePrice } from '../../domain/price.ts'
import type { Random } from '../../system/random.ts'
import type { DownloadPlan, DownloadRequest, DownloadView, SeederView } from '../types.ts'
import type { DownloadDependencies, DownloadJob, PreparedFile } from './dependencies.ts'
import { Download } from './download.ts'
import { chooseSeeders, depositFor, missingPrice, mostThatCanBeLost } from './plan.ts'
import type { SourceTerms } from './source-host.ts'

/** How long what a search found is used again: from the question "buy it?" to the answer. */
const PREPARED_TTL_MS = 120_000
/** Bytes of a download's id: enough that two never meet. */
const ID_BYTES = 8
/** Transactions of ours a channel may need in a download: opening and one top-up. */
const TRANSACTIONS_PER_CHANNEL = 2n

export interface DownloadsDependencies extends DownloadDependencies {
  readonly random: Random
  readonly defaults: Pick<DownloadJob, 'maxSources' | 'window' | 'protocol'>
  /** Chunks of the file that are here already for this target. */
  held(fileHash: FileHash, out: string): Bitfield | undefined
  balance(): Promise<Wei>
  /** The most that one transaction on a channel may cost. */
  gasCeiling(): Promise<Wei>
  seederView(terms: SourceTerms, sizeBytes: number): SeederView
  /** False where nothing is. */
  isFolder(path: string): Promise<boolean>
}

/** All downloads of a node: planned, running, resumed after a restart. */
export class Downloads {
  readonly #deps: DownloadsDependencies
  readonly #downloads = new Map<string, Download>()
  readonly #prepared = new Map<string, { file: PreparedFile; until: number }>()

  constructor(deps: DownloadsDependencies) {
    this.#deps = deps
  }

  async plan(request: DownloadRequest, signal: AbortSignal): Promise<DownloadPlan> {
    const file = await this.#prepare(request.reference, signal)
    const { sizeBytes, fileHash } = file.manifest
    const out = await this.#targetOf(request.out, file.name)
    const have = this.#deps.held(fileHash, out) ?? nothingHeld(sizeBytes)
    const balance = await this.#deps.balance()
    const chosen = await this.#choose(file, { ...request, out }, have, balance)
    const byPrice = chooseSeeders(chosen, { maxSources: chosen.length })
    const [cheapest, dearest] = [byPrice[0], byPrice.at(-1)]
    const deposits = chosen.map((terms) =>
      depositFor(missingPrice(sizeBytes, have, terms.pricePerMiB), chosen.length, terms),
    )
    return {
      fileHash,
      publisher: file.publisher,
      name: file.name,
      sizeBytes,
      chunks: have.length,
      chunksHeld: have.count,
      totalPrice: dearest === undefined ? ZERO_WEI : missingPrice(sizeBytes, have, dearest.pricePerMiB),
      cheapest: cheapest && this.#deps.seederView(cheapest, sizeBytes),
      dearest: dearest && this.#deps.seederView(dearest, sizeBytes),
      deposit: wei(deposits.reduce((sum, deposit) => sum + deposit, 0n)),
      maxLoss: mostThatCanBeLost(chosen, have.length === 0 ? 0 : chunkLength(sizeBytes, 0)),
      gas: await this.#gasFor(chosen),
      walletBalance: balance,
      seeders: file.seeders.map((terms) => this.#deps.seederView(terms, sizeBytes)),
    }
  }

  /** Starts a download, or goes on with the one of the same file to the same target. */
  async start(request: DownloadRequest, signal: AbortSignal): Promise<DownloadView> {
    const file = await this.#prepare(request.reference, signal)
    const out = await this.#targetOf(request.out, file.name)
    const { fileHash, sizeBytes } = file.manifest
    const have = this.#deps.held(fileHash, out) ?? nothingHeld(sizeBytes)
    const chosen = await this.#choose(file, { ...request, out }, have, await this.#deps.balance())
    const known = this.#deps.store.find(fileHash, out)
    const running = known && this.#downloads.get(known.downloadId)
    if (running !== undefined && isRunning(running)) {
      // A new limit holds from now on.
      if (request.maxTotal !== undefined)
        await this.#deps.payments.begin({ ...running.job, maxTotal: request.maxTotal })
      return running.view()
    }
    const job: DownloadJob = {
      downloadId: known?.downloadId ?? toHex(this.#deps.random.bytes(ID_BYTES)),
      reference: request.reference,
      fileHash,
      out,
      phase: 'finding',
      maxTotal: await this.#budget(request, file, have, chosen, known?.downloadId),
      maxPrice: request.maxPrice,
      closeChannels: request.closeChannels,
      startedAt: known?.startedAt ?? this.#deps.clock.now(),
      overwrite: request.overwrite ?? false,
      maxSources: request.maxSources ?? this.#deps.defaults.maxSources,
      window: request.window ?? this.#deps.defaults.window,
      protocol: request.protocol ?? this.#deps.defaults.protocol,
    }
    await this.#deps.store.save(job)
    return this.#launch(job, { ...file, seeders: chosen }).view()
  }

  /** Goes on with what was under way when the node last stopped. */
  resumeAll(): void {
    for (const stored of this.#deps.store.list()) {
      if (['done', 'failed', 'paused', 'cancelled'].includes(stored.phase)) continue
      const { maxSources, window, protocol } = this.#deps.defaults
      this.#launch({ ...stored, overwrite: false, maxSources, window, protocol })
    }
  }

  list(): DownloadView[] {
    return [...this.#downloads.values()].map((download) => download.view())
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

  resume(downloadId: string): void {
    const download = this.#known(downloadId)
    if (isRunning(download)) return
    this.#launch({ ...download.job, phase: 'finding' })
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

  async #prepare(reference: string, signal: AbortSignal): Promise<PreparedFile> {
    const now = this.#deps.clock.monotonic()
    const known = this.#prepared.get(reference)
    if (known !== undefined && known.until > now) return known.file
    const file = await this.#deps.prepare(reference, signal)
    this.#prepared.clear()
    this.#prepared.set(reference, { file, until: now + PREPARED_TTL_MS })
    return file
  }

  /** The seeders to use: cheap enough, not too many, and no more than the wallet can make deposits for. */
  async #choose(file: PreparedFile, request: DownloadRequest, have: Bitfield, balance: Wei): Promise<SourceTerms[]> {
    const { sizeBytes, fileHash } = file.manifest
    const maxSources = request.maxSources ?? this.#deps.defaults.maxSources
    const known = this.#deps.store.find(fileHash, request.out)
    const stored = known === undefined ? [] : this.#deps.store.sources(known.downloadId)
    const tried = new Map(stored.map((source) => [source.peerId, source.fruitless]))
    const chosen = chooseSeeders(file.seeders, {
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
    const gas = await this.#gasFor(chosen.slice(0, 1))
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

  async #gasFor(chosen: readonly SourceTerms[]): Promise<Wei> {
    const priced = chosen.filter(({ pricePerMiB }) => pricePerMiB > 0n).length
    if (priced === 0) return ZERO_WEI
    return wei(BigInt(priced) * TRANSACTIONS_PER_CHANNEL * (await this.#deps.gasCeiling()))
  }

  /** The limit on vouchers and gas. Without one of the user's it is what the plan showed, what cheats may keep included, and no more. */
  async #budget(
    request: DownloadRequest,
    file: PreparedFile,
    have: Bitfield,
    chosen: readonly SourceTerms[],
    known: string | undefined,
  ): Promise<Wei> {
    const { sizeBytes } = file.manifest
    const spent = known === undefined ? ZERO_WEI : this.#deps.payments.bookedIn(known)
    const prices = chosen.map(({ pricePerMiB }) => missingPrice(sizeBytes, have, pricePerMiB))
    const dearest = prices.reduce<Wei>((most, price) => maxWei(most, price), ZERO_WEI)
    const cheapest = prices.reduce<Wei | undefined>(
      (least, price) => (least === undefined || price < least ? price : least),
      undefined,
    )
    const maxTotal = request.maxTotal
    if (maxTotal === undefined) {
      const lost = mostThatCanBeLost(chosen, have.length === 0 ? 0 : chunkLength(sizeBytes, 0))
      return wei(spent + dearest + lost + (await this.#gasFor(chosen)))
    }
    const least = spent + (cheapest ?? 0n) + (cheapest === 0n ? 0n : await this.#deps.gasCeiling())
    if (maxTotal < least)
      throw new ChiralError(
        'BUDGET_EXCEEDED',
        `The download needs ${least} wei, gas included (the whole file costs ${filePrice(chosen[0]?.pricePerMiB ?? ZERO_WEI, sizeBytes)}), and may cost ${maxTotal}: raise --max-total.`,
        { details: { needed: least.toString(), maxTotal: maxTotal.toString() } },
      )
    return maxTotal
  }
}

function isRunning({ phase }: Download): boolean {
  return !['done', 'failed', 'paused', 'cancelled'].includes(phase)
}

/** What is missing of a file of which nothing is here. */
function nothingHeld(sizeBytes: number): Bitfield {
  return new Bitfield(chunkCount(sizeBytes))
}
