import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Connection, Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import { allocationsOf, channelsOf, vouchered } from './books.ts'
import { affords, type DownloadBudget, newBudget, type Share } from './budget.ts'
import {
  bookAgain,
  bookedChunks,
  bookVerified,
  findBudget,
  listShares,
  loadBudget,
  type ShareKey,
  saveBudget,
  sellersOf,
  sharesOf,
} from './budget-store.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type ChannelSummary, summarize } from './channel-summary.ts'
import type { ChunkRef } from './delivery-store.ts'
import { signingDomain } from './eip712.ts'
import type { EscrowSource } from './escrow/escrow-source.ts'
import { ChannelPayerAccount } from './payer-account.ts'
import { applyToPayer, listPayerPairs, loadPayerPair } from './payer-books.ts'
import { type ChannelHandle, type EnsureChannelOptions, ensureChannel } from './payer-channels.ts'
import { createPayerExit } from './payer-exit.ts'
import { createPayerObserver } from './payer-observer.ts'
import { depositCovers, forgottenChannel, hasOpen } from './payer-state.ts'
import { countedPrice } from './payer-step.ts'
import { withReturns } from './returns.ts'
import { migrateChannels } from './store.ts'

/** A prepayment is one chunk: a crowd of false seeders gains no more than this many chunks each time that a user starts a download. */
export const DEFAULT_PREPAYMENT_CAP = 4

export interface PayerDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly failPoints: FailPoints
}

export interface PayerOptions {
  /** Prepayments outstanding to seeders that never delivered, per download and start of it by its user. */
  readonly prepaymentCap?: number
}

export interface AccountOptions {
  readonly starts?: number
  readonly prepays?: boolean
  readonly escrow?: EscrowSource | undefined
}

/** A chunk that verified, from whom, and for which download. */
export interface VerifiedDelivery extends ShareKey {
  readonly chunk: ChunkRef
  readonly price: Wei
  /** The payee had it in D before. */
  readonly resent?: boolean
  /** This download had the chunk, lost its bytes, and bought it once more. */
  readonly again?: boolean
}

/** The paying side of a node: channels, budgets and vouchers. Keeps nothing in memory that the database does not hold. */
export interface Payer {
  ensureChannel(options: EnsureChannelOptions): Promise<ChannelHandle>
  /**
   * The pair within one download that its user started so often (default: once); satisfies `PayerAccount` of src/in-band/payments.ts.
   * `prepays`: false where nothing may be paid before it verified. `escrow`: what is paid from, if no channel is.
   */
  account(payee: Address, downloadId: string, options?: AccountOptions): ChannelPayerAccount
  /**
   * Raises R for a chunk that is being stored in this very transaction. False, and nothing changed, when this download had the
   * chunk before, from whomever.
   */
  recordVerified(connection: Connection, delivery: VerifiedDelivery): boolean
  /** The chunks of a file that verified for a download. */
  bookedChunks(downloadId: string, fileHash: FileHash): readonly number[]
  /** Which payees sold the chunk to this download, or to any. */
  sellersOf(chunk: ChunkRef, downloadId?: string): readonly Address[]
  /** Sets the limit of a download, vouchers and gas together; again after a restart, or to raise it. */
  beginDownload(download: { readonly downloadId: string; readonly maxTotal: Wei }): Promise<void>
  /** Nothing more is bought by it; what it owes is still signed for. */
  endDownload(download: { readonly downloadId: string }): Promise<void>
  /** @throws ChiralError `DOWNLOAD_UNKNOWN` */
  budget(downloadId: string): DownloadBudget
  /** Does the limit of a download cover what it signed, verified and spent on gas, and `inFlight` besides, by payee? */
  affords(downloadId: string, inFlight: ReadonlyMap<Address, Wei>): boolean
  /** Is there a channel to the payee that it must be asked about before anything is bought? */
  isForgotten(payee: Address): boolean
  /** Is anything open to the payee, or about to be: a channel, or part of an escrow? */
  hasOpen(payee: Address): boolean
  /** Does the confirmed deposit cover everything verified, and `inFlight` besides? */
  depositCovers(payee: Address, inFlight: Wei, allocationId?: ChannelId): boolean
  /** Stops buying on the channel, then starts the dispute window. Resolves with the transaction's hash. */
  requestClose(channelId: ChannelId): Promise<string>
  /** Takes back what is left after the window. @throws ChiralError `WINDOW_OPEN`, `CHANNEL_UNKNOWN` */
  withdraw(channelId: ChannelId): Promise<string>
  /** The channels; what escrows of this wallet allocate are `allocations`. */
  list(): ChannelSummary[]
  allocations(): ChannelSummary[]
  /** Resolves when the chain was seen to show the channel closed. Needs a running watcher. @throws the signal's reason */
  closed(channelId: ChannelId, signal: AbortSignal): Promise<void>
  /** What each download signed for, less what an agreed end gave back, and verified, by payee. */
  history(): (ShareKey & Share)[]
  /** For the watcher. */
  readonly observer: ChainObserver
}

export function createPayer(deps: PayerDependencies, options: PayerOptions = {}): Payer {
  const { database, signer, contract, failPoints } = deps
  migrateChannels(database)
  const domain = signingDomain(contract.chainId, contract.address)
  const exit = createPayerExit(deps)
  const observer = createPayerObserver(deps, exit)
  const prepaymentCap = options.prepaymentCap ?? DEFAULT_PREPAYMENT_CAP
  const summaries = (pick: typeof channelsOf): ChannelSummary[] =>
    database.read(listPayerPairs).flatMap((pair) => {
      const parties = { role: 'payer', payer: signer.address, payee: pair.payee } as const
      return pick(pair).map((channel) => summarize(channel, parties))
    })
  return {
    observer,
    ensureChannel: (request) => ensureChannel({ ...deps, observe: observer.observe }, request),
    account: (payee, downloadId, { starts = 1, prepays = true, escrow } = {}) =>
      new ChannelPayerAccount(
        { database, signer, domain, failPoints },
        { payee, downloadId, prepaymentCap: starts * prepaymentCap, prepays, escrow },
      ),
    recordVerified(connection, { payee, downloadId, chunk, price, resent = false, again = false }) {
      if (price === 0n) return true // a free chunk is no matter of money
      const counted = countedPrice(loadPayerPair(connection, payee), { price, resent })
      if (!bookVerified(connection, { payee, downloadId }, chunk, counted)) {
        if (!again) return false
        bookAgain(connection, { payee, downloadId }, chunk, counted)
      }
      applyToPayer(connection, payee, { type: 'verified', price, resent })
      return true
    },
    bookedChunks: (downloadId, fileHash) =>
      database.read((connection) => bookedChunks(connection, downloadId, fileHash)),
    sellersOf: (chunk, downloadId) => database.read((connection) => sellersOf(connection, chunk, downloadId)),
    beginDownload: ({ downloadId, maxTotal }) =>
      database.write((connection) => {
        const known = findBudget(connection, downloadId)
        const budget = known === undefined ? newBudget(maxTotal) : { ...known, limit: maxTotal, ended: false }
        saveBudget(connection, downloadId, budget)
      }),
    endDownload: ({ downloadId }) =>
      database.write((connection) => {
        saveBudget(connection, downloadId, { ...loadBudget(connection, downloadId), ended: true })
      }),
    budget: (downloadId) => database.read((connection) => loadBudget(connection, downloadId)),
    affords: (downloadId, inFlight) =>
      database.read((connection) =>
        affords(loadBudget(connection, downloadId), sharesOf(connection, downloadId, inFlight)),
      ),
    hasOpen: (payee) => database.read((connection) => hasOpen(loadPayerPair(connection, payee))),
    depositCovers: (payee, inFlight, allocationId) =>
      database.read((connection) => depositCovers(loadPayerPair(connection, payee), inFlight, allocationId)),
    isForgotten: (payee) =>
      database.read((connection) => forgottenChannel(loadPayerPair(connection, payee)) !== undefined),
    requestClose: exit.requestClose,
    withdraw: exit.withdraw,
    list: () => summaries(channelsOf),
    allocations: () => summaries(allocationsOf),
    closed: observer.closed,
    history: () =>
      database.read((connection) =>
        withReturns(listShares(connection), (payee) => vouchered(loadPayerPair(connection, payee))),
      ),
  }
}
