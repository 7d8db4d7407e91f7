import { createHash } from 'node:crypto'
import { reserveFor } from '../../channel/escrow/escrow-plan.ts'
import { addWei, maxWei, minWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { chunkLength } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address } from '../../domain/ids.ts'
import type { BatchPayBy, PayBy, PayByChoice } from '../../domain/pay-by.ts'
import { chunkPrice } from '../../domain/price.ts'
import type {
  BatchFileView,
  BatchPlan,
  BatchRequest,
  BatchSeederView,
  BatchUseCases,
  BatchView,
} from '../batch-types.ts'
import { Batch, type BatchDependencies, type ChosenBatch } from './batch.ts'
import { type BatchFile, pricedFiles, type ResolvedBatch } from './batch-files.ts'
import type { BatchJob } from './batch-job.ts'
import { type BatchLimits, type ChosenSeeders, chooseForBatch } from './batch-plan.ts'
import { failuresOf } from './batch-tally.ts'
import { batchGas, choiceOfBatch, refusedFiles, requireRoom, takersOfFiles, wayOfBatch } from './batch-way.ts'
import { TRANSACTIONS_PER_CHANNEL } from './costs.ts'
import type { DownloadDefaults } from './dependencies.ts'
import { ID_BYTES } from './download-id.ts'
import { settingsOf } from './download-settings.ts'
import { PREPARED_TTL_MS } from './downloads.ts'
import { isEscrowAtHand } from './escrow-at-hand.ts'
import { sumOf } from './plan.ts'
import { type ResolveDependencies, resolveBatch } from './resolve-batch.ts'
import type { SourceTerms } from './source-host.ts'
import { isUnderWay } from './under-way.ts'

export interface BatchesDependencies extends BatchDependencies, ResolveDependencies {
  balance(): Promise<Wei>
  readonly defaults: DownloadDefaults & { readonly payBy?: PayByChoice | undefined }
  /** The most that one transaction on a channel may cost, or all on an escrow for so many. */
  gasCeiling(payBy?: PayBy, payees?: number): Promise<Wei>
}

type Priced = ReturnType<typeof pricedFiles>

interface Choice {
  readonly resolved: ResolvedBatch
  readonly priced: Priced
  readonly chosen: ChosenSeeders<SourceTerms>
  readonly payBy: BatchPayBy
  readonly balance: Wei
}

/** All batches of a node: planned, running, resumed after a restart. */
export class Batches implements BatchUseCases {
  readonly #deps: BatchesDependencies
  readonly #batches = new Map<string, Batch>()
  readonly #resolved = new Map<string, { readonly resolved: ResolvedBatch; readonly until: number }>()

  constructor(deps: BatchesDependencies) {
    this.#deps = deps
  }

  /** @throws ChiralError what the first file failed with, when none of them can be had */
  async plan(request: BatchRequest, signal: AbortSignal): Promise<BatchPlan> {
    const choice = await this.#choose(request, signal)
    const { resolved, priced, chosen, payBy, balance } = choice
    const { files, listings } = resolved
    const notFound = files.flatMap((file) => (file.failure === undefined ? [] : [[file, file.failure] as const]))
    const failed = [...notFound, ...refusedFiles(priced)]
    const [first] = failed
    if (first !== undefined && failed.length === files.length) throw first[1]
    const batchId = batchIdOf(request)
    const kept = this.#deps.payments.keptFrom(batchId)
    return {
      batchId,
      files: files.length,
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      filesHeld: files.filter(({ whole }) => whole).length,
      totalPrice: chosen.dearest,
      leastPrice: chosen.cheapest,
      payBy,
      deposit: depositOf(choice),
      maxLoss: mostLost(priced, chosen, kept),
      lostBefore: sumOf(kept.values()),
      gas: chosen.gas,
      walletBalance: balance,
      seeders: seedersOf(chosen),
      listings,
      failures: failuresOf(failed),
      filesFailed: failed.length,
    }
  }

  /** Starts a batch, or goes on with the one of the same files and folder. */
  async start(request: BatchRequest): Promise<BatchView> {
    const batchId = batchIdOf(request)
    const running = this.#batches.get(batchId)
    if (running !== undefined && isUnderWay(running)) {
      // A new limit holds from now on.
      if (request.maxTotal !== undefined)
        await this.#deps.payments.begin({ budgetId: batchId, maxTotal: request.maxTotal })
      return running.view()
    }
    const choice = await this.#choose(request, new AbortController().signal)
    const maxTotal = this.#budget(batchId, request, choice)
    const known = this.#deps.batches.find(batchId)
    const startedAt = known?.startedAt ?? this.#deps.clock.now()
    const starts = (known?.starts ?? 0) + 1
    const { payBy } = choice
    const decided = { ...request, payBy }
    await this.#deps.batches.save({ batchId, request: decided, phase: 'finding', maxTotal, startedAt, starts })
    const other = this.#batches.get(batchId)
    if (other !== undefined && isUnderWay(other)) return other.view() // it was asked for twice at once
    const job = { batchId, request: decided, maxTotal, startedAt, starts, settings: this.#settings(request), payBy }
    return this.#launch(job, choice).view()
  }

  /** Goes on with what was under way when the node last stopped. */
  resumeAll(): void {
    for (const { phase, ...stored } of this.#deps.batches.list())
      if (isUnderWay({ phase }))
        this.#launch({ ...stored, settings: this.#settings(stored.request), payBy: stored.request.payBy ?? 'channel' })
  }

  /** Whether any is under way. */
  isBusy(): boolean {
    return [...this.#batches.values()].some(isUnderWay)
  }

  list(): BatchView[] {
    return [...this.#batches.values()].map((batch) => batch.view())
  }

  get(batchId: string): BatchView {
    return this.#known(batchId).view()
  }

  filesOf(batchId: string): BatchFileView[] {
    return this.#known(batchId).files()
  }

  async pause(batchId: string): Promise<void> {
    await this.#known(batchId).stop('paused')
  }

  async cancel(batchId: string): Promise<void> {
    await this.#known(batchId).stop('cancelled')
  }

  /** Its user's word, as `start` is. */
  async resume(batchId: string): Promise<void> {
    const { job } = this.#known(batchId)
    const isNow = (): boolean => isUnderWay(this.#known(batchId))
    if (isNow()) return
    const next: BatchJob = { ...job, starts: job.starts + 1 }
    await this.#deps.batches.save({ ...next, request: { ...job.request, payBy: job.payBy }, phase: 'finding' })
    if (!isNow()) this.#launch(next) // else it was asked for twice at once
  }

  /** Stops all of them; they go on at the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#batches.values()].map((batch) => batch.stop(undefined)))
  }

  #launch(job: BatchJob, known?: Choice): Batch {
    const choose = async (signal: AbortSignal): Promise<ChosenBatch> => {
      const { resolved, priced, chosen } =
        known ?? (await this.#choose({ ...job.request, payBy: job.payBy, maxTotal: job.maxTotal }, signal))
      const seeders = new Map<BatchFile, readonly SourceTerms[]>()
      for (const [index, { of }] of priced.entries()) seeders.set(of, chosen.seeders[index] ?? [])
      return { resolved, seeders }
    }
    const batch = new Batch(job, this.#deps, choose)
    this.#batches.set(job.batchId, batch)
    void batch.run()
    return batch
  }

  #known(batchId: string): Batch {
    const batch = this.#batches.get(batchId)
    if (batch !== undefined) return batch
    throw new ChiralError('BATCH_UNKNOWN', `There is no batch ${batchId}.`, { details: { batchId } })
  }

  async #choose(request: BatchRequest, signal: AbortSignal): Promise<Choice> {
    const resolved = await this.#resolve(request, signal)
    const found = pricedFiles(resolved.files, this.#deps.held)
    const balance = await this.#deps.balance()
    const { maxPrice, maxTotal } = request
    const { maxSources } = this.#settings(request)
    const choose = async (payBy: BatchPayBy): Promise<Choice> => {
      const priced = takersOfFiles(found, payBy)
      const gasFor = await batchGas(payBy, (...by) => this.#deps.gasCeiling(...by))
      const restraint: BatchLimits['restraint'] = (terms) => this.#deps.ranking.restraint(terms)
      const chosen = chooseForBatch(priced, { maxPrice, maxSources, maxTotal, balance, gasFor, restraint })
      requireRoom(payBy, chosen.deposits.size)
      return { resolved, priced, chosen, payBy, balance }
    }
    const { payments, defaults } = this.#deps
    const wanted = choiceOfBatch(request.payBy, defaults.payBy)
    const sellers = found.flatMap(({ seeders }) => seeders)
    const hasEscrow = await isEscrowAtHand(payments, wanted, sellers)
    const first = await choose(wanted === 'auto' ? 'channel' : wanted)
    const hasChannel = ({ payee }: SourceTerms): boolean => payments.hasOpen(payee)
    const payBy = wayOfBatch(wanted, first.chosen.seeders, { hasChannel, hasEscrow })
    return payBy === first.payBy ? first : choose(payBy)
  }

  /** From the question "buy it?" to the answer, what was found is used again. */
  async #resolve(request: BatchRequest, signal: AbortSignal): Promise<ResolvedBatch> {
    const batchId = batchIdOf(request)
    const now = this.#deps.clock.monotonic()
    const known = this.#resolved.get(batchId)
    this.#resolved.clear()
    if (known !== undefined && known.until > now) return known.resolved
    const resolved = await resolveBatch(this.#deps, request, signal)
    this.#resolved.set(batchId, { resolved, until: now + PREPARED_TTL_MS })
    return resolved
  }

  /** The limit on vouchers and gas. Without one of the user's it is what the plan showed, what cheats may keep included, and no more. */
  #budget(batchId: string, { maxTotal }: BatchRequest, { priced, chosen, payBy }: Choice): Wei {
    const spent = this.#deps.payments.bookedIn(batchId)
    if (maxTotal === undefined) return wei(spent + chosen.dearest + mostLost(priced, chosen) + chosen.gas)
    const channels = BigInt(chosen.deposits.size)
    const oneChannel = channels === 0n ? 0n : chosen.gas / TRANSACTIONS_PER_CHANNEL / channels
    const least = spent + chosen.cheapest + (payBy === 'escrow' ? chosen.gas : oneChannel)
    if (maxTotal >= least) return maxTotal
    throw new ChiralError(
      'BUDGET_EXCEEDED',
      `The batch needs ${least} wei, gas included, and may cost ${maxTotal}: raise --max-total.`,
      { details: { needed: least.toString(), maxTotal: maxTotal.toString() } },
    )
  }

  #settings(request: BatchRequest): BatchJob['settings'] {
    return settingsOf(request, this.#deps.defaults)
  }
}

/** The same files to the same places are the same batch: the same command goes on with it. */
function batchIdOf({ items, out, listingsAsFiles = false }: BatchRequest): string {
  const text = JSON.stringify([out, listingsAsFiles, items.map(({ reference, path }) => [reference, path ?? null])])
  return createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, ID_BYTES * 2)
}

/** What leaves the wallet at first, and returns as far as it is not spent. */
function depositOf({ chosen, payBy, balance }: Choice): Wei {
  const deposits = [...chosen.deposits.values()]
  const sum = sumOf(deposits)
  return payBy === 'channel'
    ? sum
    : addWei(
        sum,
        reserveFor(
          deposits.map((amount) => ({ amount })),
          balance,
        ),
      )
}

/** One chunk of the largest size for each seeder: what they keep if all of them cheat, beside those that keep one already. */
function mostLost(
  priced: Priced,
  { seeders }: ChosenSeeders<SourceTerms>,
  kept: ReadonlyMap<Address, Wei> = new Map(),
): Wei {
  const worst = new Map<Address, Wei>(kept)
  for (const [index, { sizeBytes, have }] of priced.entries()) {
    if (have.complete) continue
    for (const { payee, pricePerMiB } of seeders[index] ?? [])
      worst.set(payee, maxWei(worst.get(payee) ?? ZERO_WEI, chunkPrice(pricePerMiB, chunkLength(sizeBytes, 0))))
  }
  return sumOf(worst.values())
}

function seedersOf({ seeders }: ChosenSeeders<SourceTerms>): BatchSeederView[] {
  const views = new Map<string, BatchSeederView>()
  for (const { peerId, payee, pricePerMiB } of seeders.flat()) {
    const known = views.get(peerId)
    views.set(peerId, {
      peerId,
      payee,
      files: (known?.files ?? 0) + 1,
      lowestPrice: minWei(pricePerMiB, known?.lowestPrice ?? pricePerMiB),
      highestPrice: maxWei(pricePerMiB, known?.highestPrice ?? pricePerMiB),
    })
  }
  return [...views.values()]
}
