import type { Carrier } from '../../bitswap/bitswap-client.ts'
import { minWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { messageOf } from '../../domain/errors.ts'
import type { Address, PeerIdText } from '../../domain/ids.ts'
import { type InBandProtocol, inBandOf } from '../../domain/in-band-protocol.ts'
import type { PublicProtocol, TransferFile, TransferProtocol, WantedProtocol } from '../../domain/transfer.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import { RateLimit } from '../../system/rate-limit.ts'
import { selectMixed } from '../select-protocol.ts'
import type { DownloadDependencies, DownloadJob } from './dependencies.ts'
import type { StoredSource } from './download-store.ts'
import { InFlight } from './in-flight.ts'
import { buyOnCredit, settleOnCredit } from './on-credit.ts'
import { openersOf } from './public-endpoints.ts'
import { endEscrow, settleSource } from './settlement.ts'
import type { Source } from './source.ts'
import type { SourceChannel, SourceTerms } from './source-host.ts'
import { isStranger } from './stranger.ts'
import { createTransferClient } from './transfer-client.ts'
import { showReceipts } from './unshown.ts'
import { connectBy, type Way, waysTo } from './ways.ts'

/** What the downloads of one budget share: the budget itself, the channels, and in a batch the streams. */
export interface Purchase {
  /** Price of what was asked for and has not come. */
  readonly inFlight: InFlight
  /** The limit on what comes, where this purchase has one of its own. */
  readonly rate: RateLimit
  /** Before anything is bought. @throws ChiralError `BUDGET_REQUIRED` */
  begin(): Promise<void>
  /** Opens or reuses the channel; with `more`, its deposit is raised to `deposit`, which is what one file alone would need. */
  openChannel(
    source: Source,
    options: {
      readonly deposit: Wei
      /** Of one chunk, and of all that is missing. */
      readonly price: Wei
      readonly missing: Wei
      /** Of the file. */
      readonly chunkCount: number
      /** Seeders that are used at once. */
      readonly sources: number
      readonly more: boolean
      /** What the seeders that the download begins with are to have. */
      readonly together: readonly { readonly terms: SourceTerms; readonly deposit: Wei }[]
      readonly signal: AbortSignal
    },
  ): Promise<SourceChannel>
  connect(
    source: Source,
    options: {
      readonly file: TransferFile
      /** What the other sources of the download are on. */
      readonly others: readonly TransferProtocol[]
      readonly signal: AbortSignal
    },
  ): Promise<ChunkClient>
  /** The source goes on without this stream, because of `error`. */
  abandon(source: Source, client: ChunkClient, error: unknown): Promise<void>
  /** The seeder is banned. */
  banned(peerId: PeerIdText): void
  /** Every chunk of a download is here: pays what is owed. `live`: the stream to a seeder, if there is one. */
  settle(live: (peerId: PeerIdText) => Promise<ChunkClient | undefined>, signal: AbortSignal): Promise<void>
  /** The download is done. */
  end(): Promise<void>
  /** What was vouchered by the download itself, by payee. */
  paid(): Map<Address, { amount: Wei; vouchers: number }>
  gasSpent(): Wei
}

/** A download with a budget, channels and streams of its own. */
export class SinglePurchase implements Purchase {
  readonly inFlight: InFlight
  readonly rate: RateLimit
  readonly #job: DownloadJob
  readonly #deps: DownloadDependencies
  /** The session each source last had, to go on with when its stream breaks. */
  readonly #sessions = new Map<PeerIdText, string>()
  readonly #shown = new Map<Address, Set<string>>()

  constructor(job: DownloadJob, deps: DownloadDependencies) {
    this.#job = job
    this.#deps = deps
    this.inFlight = new InFlight(deps.payments, job)
    this.rate = new RateLimit(deps.clock, job.maxRate)
  }

  begin(): Promise<void> {
    return this.#deps.payments.begin(this.#job)
  }

  async openChannel(
    source: Source,
    { deposit, price, missing, chunkCount, sources, together, more, signal }: Parameters<Purchase['openChannel']>[1],
  ): Promise<SourceChannel> {
    const { budgetId, fileHash, payBy, prepay = ZERO_WEI, starts } = this.#job
    const common = { budgetId, onBlocksLeft: (blocksLeft: number) => source.confirming(blocksLeft), signal }
    if (payBy === 'channel') return this.#deps.payments.openChannel(source.terms, { ...common, deposit, topUp: more })
    if (payBy === 'escrow') {
      const file = { fileHash, chunks: chunkCount, deposit, together, topUp: more }
      return this.#deps.payments.payFromEscrow(source.terms, { ...common, ...file })
    }
    if (payBy === 'batch') {
      const file = { fileHash, chunkCount, payees: sources, more, inFlight: this.inFlight }
      return { confirmed: buyOnCredit(source, { job: this.#job, deps: this.#deps, signal }, file) }
    }
    const ahead = { price, prepay: minWei(prepay, missing) }
    return {
      confirmed: this.#deps.payments.payByTransfer(source.terms, { ...common, ...ahead, fileHash, starts, more }),
    }
  }

  async connect(source: Source, options: Parameters<Purchase['connect']>[1]): Promise<ChunkClient> {
    const client = await connectSource(source, options, {
      job: this.#job,
      deps: this.#deps,
      inBand: (on) => this.#inBand(source, { ...on, signal: options.signal }),
      carries: true,
    })
    const { payee, pricePerMiB } = source.terms
    if (pricePerMiB > 0n) await this.#deps.payments.comesBy(payee, this.#job, client.protocol)
    return client
  }

  async #inBand(
    source: Source,
    { protocol, carrier, signal }: OnStream & { readonly signal: AbortSignal },
  ): Promise<ChunkClient> {
    const { terms } = source
    const paid = terms.pricePerMiB > 0n
    // SPEC 04 §11.4: "it SHOULD hand over what it signed for that seeder on an allocation of before"
    if (paid) await showReceipts(terms, this.#shown, { job: this.#job, deps: this.#deps, signal })
    const client = await this.#deps.connect(terms, {
      job: this.#job,
      protocol,
      paid,
      carrier,
      onLateChunk: (late) => source.late(late),
      resume: this.#sessions.get(terms.peerId),
      signal,
    })
    if (client.sessionId !== undefined) this.#sessions.set(terms.peerId, client.sessionId)
    return client
  }

  abandon(_source: Source, client: ChunkClient): Promise<void> {
    return client.close()
  }

  banned(): void {
    // its one source has been stopped
  }

  /** Also of earlier runs; has the channels closed when asked. */
  async settle(live: (peerId: PeerIdText) => Promise<ChunkClient | undefined>, signal: AbortSignal): Promise<void> {
    const stored = this.#deps.store.sources(this.#job.downloadId).filter((source) => !isStranger(source))
    if (this.#job.payBy === 'batch') return settleOnCredit(stored, { job: this.#job, deps: this.#deps, signal })
    await settleAll(stored, { job: this.#job, deps: this.#deps, live, signal })
    if (this.#job.payBy === 'escrow') await endEscrow(this.#job, this.#deps, signal)
  }

  end(): Promise<void> {
    return this.#deps.payments.end(this.#job.budgetId)
  }

  paid(): Map<Address, { amount: Wei; vouchers: number }> {
    return this.#deps.payments.paidIn(this.#job.budgetId)
  }

  gasSpent(): Wei {
    return this.#deps.payments.gasSpentIn(this.#job.budgetId)
  }
}

/** How a stream to a seeder is used. */
export interface OnStream {
  /** Absent: the first that both speak. */
  readonly protocol?: InBandProtocol | undefined
  /** Brings the chunks in its place. */
  readonly carrier?: Carrier | undefined
}

/** By a public protocol or, by `inBand`, on a stream: whichever is better and leads somewhere. What has a price is paid on the stream either way. */
export function connectSource(
  source: Source,
  { file, others, signal }: Parameters<Purchase['connect']>[1],
  by: {
    readonly job: Pick<DownloadJob, 'payBy' | 'protocol'>
    readonly deps: DownloadDependencies
    readonly inBand: (on: OnStream) => Promise<ChunkClient>
    /** False where the stream is for other files as well: it carries what has a price itself. */
    readonly carries: boolean
  },
): Promise<ChunkClient> {
  const { terms, failedOn: failed } = source
  const { inBand, payee } = terms
  const isFree = terms.pricePerMiB === 0n
  const isPayable = isFree || (by.carries && by.job.payBy !== 'transfer' && inBand.includes('bitswap'))
  const openers = isPayable ? openersOf(terms.publicly, by.deps.publicly, file, signal) : new Map<never, never>()
  const publicly = [...openers.keys()]
  const possible: readonly TransferProtocol[] = [...inBand, ...publicly]
  const protocol = by.job.payBy === 'batch' ? onCredit(by.job.protocol, publicly) : by.job.protocol
  const wanted = protocol === 'mixed' ? selectMixed({ possible, others, failed }) : protocol
  source.heading = wanted
  const ways = waysTo({ publicly, isFree, wanted, failed: protocol === 'mixed' ? undefined : failed })
  const connect = async (way: Way): Promise<ChunkClient> => {
    const open = way === 'in-band' ? undefined : openers.get(way)
    if (way === 'in-band' || open === undefined) return by.inBand({ protocol: inBandOf(wanted) })
    if (isFree) return createTransferClient(await open({}), file, payee)
    return by.inBand({ carrier: { protocol: way, open } })
  }
  return connectBy(ways, connect, { signal, log: by.deps.log })
}

/** Credit to begin with is for what comes over another protocol than the stream. */
function onCredit(wanted: WantedProtocol | undefined, publicly: readonly PublicProtocol[]): PublicProtocol | undefined {
  return publicly.find((each) => each === wanted) ?? publicly[0]
}

/** Settles with each of these seeders; one that cannot be settled with is told about, and stays in the books. */
export async function settleAll(
  sources: readonly StoredSource[],
  options: {
    readonly job: DownloadJob
    readonly deps: DownloadDependencies
    readonly live: (peerId: PeerIdText) => Promise<ChunkClient | undefined>
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { job, deps, live, signal } = options
  const settled = new Map(sources.map(({ payee }) => [payee, new AbortController()]))
  const results = await Promise.allSettled(
    sources.map(async (source) => {
      const payee = settled.get(source.payee) ?? new AbortController()
      const connect = async (): Promise<ChunkClient> =>
        (await live(source.peerId)) ??
        (await deps.connect(source, { job, protocol: inBandOf(job.protocol), paid: true, signal }))
      await settleSource({ source, connect, job, deps, signal, settledElsewhere: payee.signal })
      payee.abort()
    }),
  )
  for (const result of results)
    if (result.status === 'rejected')
      deps.notice('warn', `A seeder could not be settled with: ${messageOf(result.reason)}`)
}
