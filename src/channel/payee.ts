import { type Wei, wei } from '../domain/amount.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../domain/confirmation-rule.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { PresentedVoucher } from '../domain/voucher.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Logger } from '../system/logger.ts'
import type { Random } from '../system/random.ts'
import type { Signer } from '../system/signer.ts'
import { allocationsOf, channelsOf } from './books.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type ChannelSummary, summarize } from './channel-summary.ts'
import { signingDomain } from './eip712.ts'
import { authenticateEscrow, type EscrowProof } from './escrow/authenticate-escrow.ts'
import type { EscrowSite } from './escrow/escrow-chain.ts'
import { LookupLimit } from './lookup-limit.ts'
import type { ChannelPayeeAccount } from './payee-account.ts'
import { authenticateChannel, type Challenge, type ChannelProof } from './payee-authentication.ts'
import { listPayeePairs } from './payee-books.ts'
import { createPayeeConnections } from './payee-connections.ts'
import type { SentEnd } from './payee-ends.ts'
import { createPayeeObserver } from './payee-observer.ts'
import { type PresentedAccount, presentVoucher } from './payee-presented.ts'
import { createPayeeSettlement } from './payee-settlement.ts'
import type { ReadDoubt } from './snapshot.ts'
import { migrateChannels } from './store.ts'
import { authenticateTransfer, type TransferProof } from './transfers/authenticate-transfer.ts'
import type { TransferChain } from './transfers/transfer-chain.ts'
import { createTransferIntake } from './transfers/transfer-intake.ts'
import { type CountedTransfer, listCountedTransfers } from './transfers/transfer-store.ts'

/** Σ(D − V) over all payers: a tenth of a coin, the most that all of them together can run away with. */
export const DEFAULT_CREDIT_CAP_TOTAL = wei(10n ** 17n)
/** Unredeemed value from which a voucher is presented: what a lost disk or a missed dispute window may cost at most. */
export const DEFAULT_REDEEM_THRESHOLD = wei(10n ** 17n)

/** A payer that comes back now and then never reaches the threshold: its vouchers are presented once a week. */
const DEFAULT_REDEEM_AFTER_MS = 7 * 24 * 60 * 60 * 1000
/** A tenth for gas: the rest of a redemption can wait for a cheaper day. */
const DEFAULT_REDEEM_FEE_PERCENT = 10

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
  /** Where coin transfers are looked up; default: none are taken. */
  readonly transferChain?: TransferChain
  /** Where escrows are looked up; default: none are taken. */
  readonly escrows?: EscrowSite
}

/** With how deep a deposit must lie before it is served against. */
export interface PayeeOptions extends ConfirmationRule {
  readonly creditCapTotal?: Wei
  readonly redeemThreshold?: Wei
  /** What is held unredeemed for so long is presented as well. */
  readonly redeemAfterMs?: number
  /** Waits for cheaper gas while the fee is more than this part of what a redemption brings. */
  readonly redeemFeePercent?: number
  /**
   * Serve payers that are contracts (ERC-1271)? Default: no. Their owner can make every voucher not yet redeemed worthless, so each may
   * cost up to `redeemThreshold` and what is delivered on credit.
   */
  readonly contractWallets?: boolean
  /** Take receipts of escrows? Default: yes. Those that were shown before go on whatever it says. */
  readonly acceptEscrows?: boolean | undefined
}

/** The paid side of a node. `authenticate` satisfies `PayeePayments` of src/in-band/payments.ts. */
export interface Payee {
  /**
   * @throws ChiralError `HELLO_INVALID`, `PAYER_IS_CONTRACT`, `CHANNEL_UNKNOWN` (not on chain, or not confirmed), `SPLIT_SUSPECTED` or
   * `CHANNEL_CLOSING` (was closed); of an escrow `ESCROWS_REFUSED`, `ESCROW_UNKNOWN`, `ESCROW_DEADLINE`; of a coin transfer `TRANSFERS_REFUSED`, `TRANSFER_UNKNOWN`, `TRANSFER_UNCONFIRMED`, `TRANSFER_INVALID`
   */
  authenticate(proof: ChannelProof | TransferProof | EscrowProof, challenge: Challenge): Promise<ChannelPayeeAccount>
  /**
   * Lets in whoever shows a voucher of its own with a request; `asker` is whom look-ups of channels are counted for.
   * @throws ChiralError `VOUCHER_INVALID`, `CHANNEL_UNKNOWN`, `CHANNEL_CLOSING`, `SPLIT_SUSPECTED`, `RATE_LIMITED` (too many look-ups),
   * `CHAIN_UNREACHABLE`
   */
  present(voucher: PresentedVoucher, asker: string): Promise<PresentedAccount>
  /** Redeems what the policy says is due, or with `all` everything. */
  redeemDue(options?: { readonly all?: boolean }): Promise<void>
  /** Ends a channel now. Resolves with the transaction's hash. @throws ChiralError `CHANNEL_UNKNOWN` */
  close(channelId: ChannelId): Promise<string>
  /** Ends many with as few transactions as it takes. @throws ChiralError `CHANNEL_UNKNOWN`; then nothing has ended */
  closeMany(channelIds: readonly ChannelId[]): Promise<readonly SentEnd[]>
  /** The channels; what escrows allocate to this wallet are `allocations`. */
  list(): ChannelSummary[]
  allocations(): ChannelSummary[]
  /** Payers that owe for chunks, that is D > V, with how much and whether they are in default. */
  debtors(): { readonly payer: Address; readonly owed: Wei; readonly defaulted: boolean }[]
  /** The coin transfers that were counted. */
  received(): readonly CountedTransfer[]
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
    threshold: options.redeemThreshold ?? DEFAULT_REDEEM_THRESHOLD,
    maxAgeMs: options.redeemAfterMs ?? DEFAULT_REDEEM_AFTER_MS,
    maxFeePercent: options.redeemFeePercent ?? DEFAULT_REDEEM_FEE_PERCENT,
  })
  const doubt: ReadDoubt = deps.doubt ?? (() => undefined)
  const rule = confirmationRuleOf(options)
  const observer = createPayeeObserver({ ...deps, doubt }, { rule, settlement })
  const connections = createPayeeConnections(deps)
  const { transferChain } = deps
  const { confirmations } = rule
  const transfers =
    transferChain === undefined
      ? undefined
      : createTransferIntake({ ...deps, chain: transferChain, doubt }, { payee: signer.address, confirmations })
  const context = {
    ...deps,
    transfers,
    domain,
    rule,
    creditCapTotal: options.creditCapTotal ?? DEFAULT_CREDIT_CAP_TOTAL,
    settlement,
    refresh: observer.refresh,
    doubt,
    connections,
    contractWallets: options.contractWallets ?? false,
    acceptEscrows: options.acceptEscrows ?? true,
    /** Payers known to be without code: an account that can sign never gets any. */
    plainPayers: new Set<Address>(),
    lookups: new LookupLimit(deps.clock),
  }
  const summaries = (pick: typeof channelsOf): ChannelSummary[] =>
    database.read(listPayeePairs).flatMap((pair) => {
      const parties = { role: 'payee', payer: pair.payer, payee: signer.address } as const
      return pick(pair).map((channel) => summarize(channel, parties))
    })
  return {
    observer,
    authenticate: (proof, challenge) =>
      'channel' in proof
        ? authenticateChannel(context, proof, challenge)
        : 'escrow' in proof
          ? authenticateEscrow(context, proof, challenge)
          : authenticateTransfer(context, proof, challenge),
    present: (voucher, asker) => presentVoucher(context, voucher, asker),
    redeemDue: settlement.redeemDue,
    close: settlement.close,
    closeMany: settlement.closeMany,
    list: () => summaries(channelsOf),
    allocations: () => summaries(allocationsOf),
    debtors: connections.debtors,
    received: () => database.read(listCountedTransfers),
    stop: connections.stop,
  }
}
