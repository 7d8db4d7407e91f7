import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError, codeOf } from '../../domain/errors.ts'
import type { Address, FileHash, PeerIdText } from '../../domain/ids.ts'
import { publicOf } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { abortable } from '../../system/abortable.ts'
import { RateLimit } from '../../system/rate-limit.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { StoredSource } from './download-store.ts'
import { InFlight } from './in-flight.ts'
import { connectSource, type OnStream, type Purchase, settleAll } from './purchase.ts'
import { endEscrow } from './settlement.ts'
import { SharedStreams } from './shared-streams.ts'
import type { Source } from './source.ts'
import type { SourceChannel, SourceTerms } from './source-host.ts'
import { showReceipts } from './unshown.ts'

/** What goes wrong with one file and says nothing about the stream. */
const OF_ONE_FILE = new Set(['DONT_HAVE', 'PRICE_TOO_HIGH', 'QUOTE_EXPIRED', 'CANCELLED'])

/** Receipts of an escrow for several files name no chunks. */
const CHUNKS_OF_MANY = 0

export interface BatchPurchaseOptions {
  /** A job of the batch, for what all its files have in common. */
  readonly job: DownloadJob
  /** What a seeder's channel, or its part of the escrow, should have left for all the files that are still missing. */
  readonly deposit: (terms: SourceTerms) => Wei
  /** Of an escrow: what it is locked for, and whom with a price the batch begins with. */
  readonly lock: () => { readonly bundle: FileHash; readonly payees: readonly SourceTerms[] }
  /** Ends what no file alone may end: opening a stream or a channel that others wait for, too. */
  readonly signal: AbortSignal
}

/** The files of a batch: one budget, one channel (or part of one escrow) and one stream for each seeder, settled once, at the end. */
export class BatchPurchase implements Purchase {
  readonly inFlight: InFlight
  readonly rate: RateLimit
  readonly #options: BatchPurchaseOptions
  readonly #deps: DownloadDependencies
  readonly #streams = new SharedStreams()
  readonly #channels = new Map<Address, Promise<SourceChannel>>()
  readonly #blocksLeft = new Map<Address, number>()
  readonly #shown = new Map<Address, Set<string>>()

  constructor(deps: DownloadDependencies, options: BatchPurchaseOptions) {
    this.#deps = deps
    this.#options = options
    this.inFlight = new InFlight(deps.payments, options.job)
    this.rate = new RateLimit(deps.clock, options.job.maxRate)
  }

  async begin(): Promise<void> {
    // the batch did
  }

  async openChannel(
    source: Source,
    { more, signal }: { readonly more: boolean; readonly signal: AbortSignal },
  ): Promise<SourceChannel> {
    const { payee } = source.terms
    if (more) this.#channels.delete(payee)
    const opening = this.#channels.get(payee) ?? this.#open(source.terms, more)
    const channel = await abortable(opening, signal)
    return { ...channel, confirmed: abortable(channel.confirmed, signal) }
  }

  /** Blocks that deposits still wait for, by payee. */
  get blocksLeft(): ReadonlyMap<Address, number> {
    return this.#blocksLeft
  }

  async connect(source: Source, options: Parameters<Purchase['connect']>[1]): Promise<ChunkClient> {
    const { peerId, payee } = source.terms
    if (this.#deps.bans.bannedUntil(peerId, payee) !== undefined)
      throw new ChiralError('PEER_BLOCKED', `The seeder ${peerId} is banned.`)
    const { job } = this.#options
    const inBand = ({ protocol }: OnStream): Promise<ChunkClient> => this.#inBand(source, { ...options, protocol })
    const client = await connectSource(source, options, { job, deps: this.#deps, inBand, carries: false })
    if (source.terms.pricePerMiB > 0n) await this.#deps.payments.comesBy(payee, job, client.protocol)
    return client
  }

  #inBand(source: Source, options: Parameters<Purchase['connect']>[1] & OnStream): Promise<ChunkClient> {
    const { terms } = source
    const { fileHash } = options.file
    const { job, signal } = this.#options
    const paid = terms.pricePerMiB > 0n
    const opened = this.#streams.use(nameOf(terms.peerId, paid), {
      fileHash,
      onLateChunk: (late) => source.late(late),
      open: async ({ onLateChunk, resume }) => {
        // SPEC 04 §11.4: "it SHOULD hand over what it signed for that seeder on an allocation of before"
        if (paid) await showReceipts(terms, this.#shown, { job, deps: this.#deps, signal })
        const ofFile = { ...job, fileHash }
        return this.#deps.connect(terms, {
          job: ofFile,
          protocol: options.protocol,
          paid,
          onLateChunk,
          resume,
          signal,
        })
      },
    })
    return abortable(opened, options.signal)
  }

  /** A stream whose books are doubtful, or that a lie came over, is of no use to the other files either. */
  async abandon({ terms }: Source, client: ChunkClient, error: unknown): Promise<void> {
    await client.close()
    // A transfer by a public protocol is of one file alone.
    if (publicOf(client.protocol) !== undefined) return
    if (OF_ONE_FILE.has(codeOf(error) ?? '')) return
    this.#channels.delete(terms.payee)
    await this.#streams.drop(nameOf(terms.peerId, terms.pricePerMiB > 0n))
  }

  banned(peerId: PeerIdText): void {
    for (const paid of [true, false]) void this.#streams.drop(nameOf(peerId, paid))
  }

  async settle(): Promise<void> {
    // the batch will
  }

  async end(): Promise<void> {
    // the batch will
  }

  /** A voucher is for all files alike: the batch shows them. */
  paid(): Map<Address, { amount: Wei; vouchers: number }> {
    return new Map()
  }

  gasSpent(): Wei {
    return ZERO_WEI
  }

  /** Pays what is owed to these seeders, and has their channels closed when the batch wants that, or the rest of the escrow back. */
  async settleAll(sources: readonly StoredSource[]): Promise<void> {
    const { job, signal } = this.#options
    const live = (peerId: PeerIdText): Promise<ChunkClient | undefined> => this.#streams.current(nameOf(peerId, true))
    await settleAll(sources, { job, deps: this.#deps, live, signal })
    if (job.payBy === 'escrow') await endEscrow(job, this.#deps, signal)
  }

  close(): Promise<void> {
    return this.#streams.close()
  }

  #open(terms: SourceTerms, more: boolean): Promise<SourceChannel> {
    const { job, signal, deposit, lock } = this.#options
    const { payee } = terms
    const common = {
      budgetId: job.budgetId,
      deposit: deposit(terms),
      // A channel of before is raised once for the batch, rather than whenever a file finds too little; an escrow is locked for all of it.
      topUp: more || job.payBy === 'channel',
      onBlocksLeft: (blocksLeft: number) => this.#blocksLeft.set(payee, blocksLeft),
      signal,
    }
    const { payments } = this.#deps
    const opening =
      job.payBy === 'escrow'
        ? payments.payFromEscrow(terms, { ...common, ...this.#locked(lock()) })
        : payments.openChannel(terms, common)
    this.#channels.set(payee, opening)
    const forget = (): void => {
      if (this.#channels.get(payee) === opening) this.#channels.delete(payee)
    }
    const done = (): unknown => this.#blocksLeft.delete(payee)
    opening.then(({ confirmed }) => confirmed.then(done, forget), forget)
    return opening
  }

  /** All that the batch begins with are in the one transaction that locks the coin. */
  #locked({ bundle, payees }: ReturnType<BatchPurchaseOptions['lock']>) {
    const together = payees.map((terms) => ({ terms, deposit: this.#options.deposit(terms) }))
    return { fileHash: bundle, chunks: CHUNKS_OF_MANY, together }
  }
}

/** A stream without an account takes nothing that costs, and one with an account needs a channel. */
function nameOf(peerId: PeerIdText, paid: boolean): string {
  return `${peerId} ${paid ? 'paid' : 'free'}`
}
