import type { Wei } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import type { ChiralError } from '../../domain/errors.ts'
import type { Address, EscrowId, FileHash } from '../../domain/ids.ts'
import type { EscrowKey, Receipt, ReceiptTerms, Release, ReleaseTerms } from '../../domain/receipt.ts'
import type { SigningDomain } from '../../system/eip712.ts'
import type { ChannelTransaction, Keyed } from '../channel-contract.ts'

/**
 * What payment from escrows needs from the chain; `chain/escrow-contract.ts` implements it over the transaction queue. Reads may reject with
 * `CHAIN_UNREACHABLE`; transactions take keys as those of `ChannelContract` do.
 */
export interface EscrowChain {
  /** After block `atBlock` (default: the head); `undefined` where none exists. */
  escrow(escrowId: EscrowId, atBlock?: number): Promise<OnChainEscrow | undefined>
  /** `undefined` where nothing was ever allocated. */
  allocation(escrowId: EscrowId, seeder: Address, atBlock?: number): Promise<OnChainAllocation | undefined>
  /** What this wallet holds. */
  balance(): Promise<Wei>
  lock(
    args: Place & {
      readonly deadline: number
      readonly value: Wei
      readonly allocations: readonly Allocation[]
    } & Keyed,
  ): Promise<ChannelTransaction>
  topUp(args: Place & { readonly value: Wei } & Keyed): Promise<ChannelTransaction>
  allocate(args: Place & { readonly allocations: readonly Allocation[] } & Keyed): Promise<ChannelTransaction>
  refund(args: Place & { readonly releases: readonly Release[] } & Keyed): Promise<ChannelTransaction>
  requestReclaim(args: EscrowKey & Keyed): Promise<ChannelTransaction>
  reclaim(args: EscrowKey & { readonly seeders: readonly Address[] } & Keyed): Promise<ChannelTransaction>
  /** What was sent with this key, if anything. */
  sent(key: string): ChannelTransaction | undefined
  /** What cannot be redeemed is skipped by the contract where there are several. */
  redeem(
    args: { readonly seeder: Address; readonly items: readonly ReceiptItem[] } & Keyed,
  ): Promise<ChannelTransaction>
}

export type EscrowTransactionKind = 'lock' | 'topUp' | 'allocate' | 'refund' | 'requestReclaim' | 'reclaim' | 'redeem'

/** An escrow of this wallet. */
export interface Place {
  readonly fileHash: FileHash
  readonly salt: bigint
}

export interface Allocation {
  readonly seeder: Address
  readonly amount: Wei
}

export interface OnChainEscrow {
  /** What is allocated to nobody. */
  readonly free: Wei
  /** Unix seconds. */
  readonly deadline: number
  /** Unix seconds and block from which `reclaim` is possible; 0 while the grace period was not begun. */
  readonly graceAt: number
  readonly graceBlock: number
}

export interface OnChainAllocation {
  /** All that the seeder may get, what it has redeemed included. */
  readonly allocated: Wei
  readonly redeemed: Wei
  /** What a release has to name. */
  readonly nonce: bigint
}

/** A receipt as the contract takes it. */
export interface ReceiptItem
  extends EscrowKey,
    Pick<Receipt, 'cumulativeAmount' | 'chunksHash' | 'protocol' | 'signature'> {}

/** What is signed about escrows; `settlement/` does it. */
export interface EscrowPapers {
  readonly domain: SigningDomain
  escrowIdOf(key: EscrowKey): EscrowId
  chunksHashOf(chunks: Bitfield): Uint8Array
  signReceipt(terms: ReceiptTerms): Receipt
  isReceiptSignedBy(payer: Address, receipt: Receipt): boolean
  signRelease(terms: ReleaseTerms): Release
  isReleaseSigned(release: Release): boolean
}

/** The Escrow contract of the chain. */
export interface Escrow {
  readonly chain: EscrowChain
  readonly papers: EscrowPapers
}

/** An escrow of this wallet, as the events of the contract tell of it. */
export interface OnChainLock extends Place {
  /** Unix seconds. */
  readonly deadline: number
  /** To whom anything was ever allocated. */
  readonly seeders: readonly Address[]
}

export interface EscrowSite {
  /** The most that a transaction for so many seeders may cost at today's gas price. Nothing is looked for, or deployed, to tell that. */
  feeCeiling(kind: EscrowTransactionKind, seeders: number): Promise<Wei>
  /** What was found before. */
  known(): Escrow | undefined
  /** Looks for it while it is not known. @throws ChiralError `CHAIN_UNREACHABLE` */
  find(): Promise<Escrow | undefined>
  /** The same, deployed where the coin is test coin. @throws ChiralError `CONTRACT_UNKNOWN` where there is none */
  require(): Promise<Escrow>
  /** What `require` would reject with; `undefined` where it has one to give. @throws ChiralError `CHAIN_UNREACHABLE` */
  whyNone(): Promise<ChiralError | undefined>
  /** What this wallet ever locked, up to that block; nothing where there is no contract. @throws ChiralError `CHAIN_UNREACHABLE` */
  locks(toBlock: number): Promise<readonly OnChainLock[]>
}
