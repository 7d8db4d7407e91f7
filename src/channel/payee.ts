import { type Wei, wei } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type ChannelSummary, summarize } from './channel-summary.ts'
import { signingDomain } from './eip712.ts'
import type { ChannelPayeeAccount } from './payee-account.ts'
import { authenticate, type Challenge, type Proof } from './payee-authentication.ts'
import { listPayeePairs } from './payee-books.ts'
import { createPayeeConnections } from './payee-connections.ts'
import { createPayeeObserver } from './payee-observer.ts'
import { createPayeeSettlement } from './payee-settlement.ts'
import type { ReadDoubt } from './snapshot.ts'
import { migrateChannels } from './store.ts'

/** Σ(D − V) over all payers: a tenth of a coin, the most that all of them together can run away with. */
export const DEFAULT_CREDIT_CAP_TOTAL = wei(10n ** 17n)
/** Unredeemed value from which a voucher is presented: what a lost disk or a missed dispute window may cost at most. */
export const DEFAULT_REDEEM_THRESHOLD = wei(10n ** 17n)

export interface PayeeDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly contract: ChannelContract
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly failPoints: FailPoints
  /** What of the chain does not count while it may be split; default: nothing ever is in doubt. */
  readonly doubt?: ReadDoubt
}

export interface PayeeOptions {
  /** How many blocks must lie on a deposit before it is served against. */
  readonly confirmations: number
  readonly creditCapTotal?: Wei
  readonly redeemThreshold?: Wei
  /**
   * Serve payers that are contracts (ERC-1271)? Default: no. Their owner can make every voucher not yet redeemed worthless, so each may
   * cost up to `redeemThreshold` and what is delivered on credit.
   */
  readonly contractWallets?: boolean
}

/** The paid side of a node. `authenticate` satisfies `PayeePayments` of src/in-band/payments.ts. */
export interface Payee {
  /** @throws ChiralError `HELLO_INVALID`, `PAYER_IS_CONTRACT`, `CHANNEL_UNKNOWN` (not on chain, or not confirmed), `SPLIT_SUSPECTED` or
   * `CHANNEL_CLOSING` (was closed) */
  authenticate(proof: Proof, challenge: Challenge): Promise<ChannelPayeeAccount>
  /** Redeems what the policy says is due, or with `all` everything. */
  redeemDue(options?: { readonly all?: boolean }): Promise<void>
  /** Ends a channel now. Resolves with the transaction's hash. @throws ChiralError `CHANNEL_UNKNOWN` */
  close(channelId: ChannelId): Promise<string>
  list(): ChannelSummary[]
  /** Payers that owe for chunks, that is D > V, with how much and whether they are in default. */
  debtors(): { readonly payer: Address; readonly owed: Wei; readonly defaulted: boolean }[]
  /** For the watcher. */
  readonly observer: ChainObserver
  /** Ends the timers. */
  stop(): void
}

export function createPayee(deps: PayeeDependencies, options: PayeeOptions): Payee {
  const { database, contract, signer } = deps
  migrateChannels(database)
  const domain = signingDomain(contract.chainId, contract.address)
  const settlement = createPayeeSettlement(deps, {
    redeemThreshold: options.redeemThreshold ?? DEFAULT_REDEEM_THRESHOLD,
  })
  const doubt: ReadDoubt = deps.doubt ?? (() => undefined)
  const observer = createPayeeObserver({ ...deps, doubt }, { confirmations: options.confirmations, settlement })
  const connections = createPayeeConnections(deps)
  const context = {
    ...deps,
    domain,
    confirmations: options.confirmations,
    creditCapTotal: options.creditCapTotal ?? DEFAULT_CREDIT_CAP_TOTAL,
    settlement,
    refresh: observer.refresh,
    doubt,
    connections,
    contractWallets: options.contractWallets ?? false,
    /** Payers known to be without code: an account that can sign never gets any. */
    plainPayers: new Set<Address>(),
  }
  return {
    observer,
    authenticate: (proof, challenge) => authenticate(context, proof, challenge),
    redeemDue: settlement.redeemDue,
    close: settlement.close,
    list: () =>
      database.read((connection) =>
        listPayeePairs(connection).flatMap((pair) =>
          pair.channels.map((channel) =>
            summarize(channel, { role: 'payee', payer: pair.payer, payee: signer.address }),
          ),
        ),
      ),
    debtors: connections.debtors,
    stop: connections.stop,
  }
}
