import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Connection, Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import { vouchered } from './books.ts'
import { affords, type DownloadBudget, newBudget, type Share } from './budget.ts'
import {
  bookVerified,
  findBudget,
  listShares,
  loadBudget,
  type ShareKey,
  saveBudget,
  sharesOf,
} from './budget-store.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type ChannelSummary, summarize } from './channel-summary.ts'
import type { ChunkRef } from './delivery-store.ts'
import { signingDomain } from './eip712.ts'
import { ChannelPayerAccount } from './payer-account.ts'
import { applyToPayer, listPayerPairs, loadPayerPair } from './payer-books.ts'
import { type ChannelHandle, type EnsureChannelOptions, ensureChannel } from './payer-channels.ts'
import { createPayerExit } from './payer-exit.ts'
import { createPayerObserver } from './payer-observer.ts'
import { depositCovers } from './payer-state.ts'
import { withReturns } from './returns.ts'
import { migrateChannels } from './store.ts'

/** A prepayment is one chunk: a crowd of false seeders gains no more than this many chunks a download. */
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
  /** Prepayments outstanding, per download, to seeders that never delivered. */
  readonly prepaymentCap?: number
}

/** The paying side of a node: channels, budgets and vouchers. Keeps nothing in memory that the database does not hold. */
export interface Payer {
  ensureChannel(options: EnsureChannelOptions): Promise<ChannelHandle>
  /** The pair within one download; satisfies `PayerAccount` of src/in-band/payments.ts. */
  account(payee: Address, downloadId: string): ChannelPayerAccount
  /**
   * Raises R for a chunk that is being stored in this very transaction. False, and nothing changed, when this download had the
   * chunk before, from whomever.
   */
  recordVerified(
    connection: Connection,
    delivery: ShareKey & { readonly chunk: ChunkRef; readonly price: Wei },
  ): boolean
  /** Sets the limit of a download, vouchers and gas together; again after a restart, or to raise it. */
  beginDownload(download: { readonly downloadId: string; readonly maxTotal: Wei }): Promise<void>
  /** Nothing more is bought by it; what it owes is still signed for. */
  endDownload(download: { readonly downloadId: string }): Promise<void>
  /** @throws ChiralError `DOWNLOAD_UNKNOWN` */
  budget(downloadId: string): DownloadBudget
  /** Does the limit of a download cover what it signed, verified and spent on gas, and `inFlight` besides, by payee? */
  affords(downloadId: string, inFlight: ReadonlyMap<Address, Wei>): boolean
  /** Does the confirmed deposit cover everything verified, and `inFlight` besides? */
  depositCovers(payee: Address, inFlight: Wei): boolean
  /** Stops buying on the channel, then starts the dispute window. Resolves with the transaction's hash. */
  requestClose(channelId: ChannelId): Promise<string>
  /** Takes back what is left after the window. @throws ChiralError `WINDOW_OPEN`, `CHANNEL_UNKNOWN` */
  withdraw(channelId: ChannelId): Promise<string>
  list(): ChannelSummary[]
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
  return {
    observer,
    ensureChannel: (request) => ensureChannel({ ...deps, observe: observer.observe }, request),
    account: (payee, downloadId) =>
      new ChannelPayerAccount({ database, signer, domain, failPoints }, { payee, downloadId, prepaymentCap }),
    recordVerified(connection, { payee, downloadId, chunk, price }) {
      if (price === 0n) return true // a free chunk is no matter of money
      if (!bookVerified(connection, { payee, downloadId }, chunk, price)) return false
      applyToPayer(connection, payee, { type: 'verified', price })
      return true
    },
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
    depositCovers: (payee, inFlight) =>
      database.read((connection) => depositCovers(loadPayerPair(connection, payee), inFlight)),
    requestClose: exit.requestClose,
    withdraw: exit.withdraw,
    list: () =>
      database.read((connection) =>
        listPayerPairs(connection).flatMap((pair) =>
          pair.channels.map((channel) =>
            summarize(channel, { role: 'payer', payer: signer.address, payee: pair.payee }),
          ),
        ),
      ),
    closed: observer.closed,
    history: () =>
      database.read((connection) =>
        withReturns(listShares(connection), (payee) => vouchered(loadPayerPair(connection, payee))),
      ),
  }
}
