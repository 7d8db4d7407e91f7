import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { ChannelKey } from '../domain/voucher.ts'

/**
 * What payment channels need from the chain. `chain/` implements it over the transaction queue; tests over a map.
 *
 * Reads may reject with `CHAIN_UNREACHABLE`. Every transaction takes an idempotency `key`: a second call with a key that was used
 * returns the first transaction, also after a restart, and sends nothing new. When the promise of a transaction resolves, the
 * signed bytes are durable and will be broadcast until they are mined or fail.
 */
export interface ChannelContract {
  readonly chainId: number
  /** The contract. */
  readonly address: Address

  head(): Promise<ChainHead>
  /** Calls `listener` on each new head, also after a reorg to a lower one. Returns what ends it. */
  onHead(listener: (head: ChainHead) => void): () => void
  /** Hash of a block of the chain; `undefined` where it has none (any more). */
  blockHash(number: number): Promise<string | undefined>
  /** Does the account have code? (A contract wallet's signature can be revoked after delivery.) */
  hasCode(account: Address): Promise<boolean>
  /** Does the contract `wallet` call this its signature at the head (ERC-1271), within the gas that the payment contract gives it? */
  isValidSignature(wallet: Address, digest: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** The channel after block `atBlock` (default: the head); `undefined` where none exists. Blocks before the contract have none. */
  channel(channelId: ChannelId, atBlock?: number): Promise<OnChainChannel | undefined>
  /** All events of the contract in the blocks from `fromBlock` to `toBlock`, both included, in chain order. */
  events(range: { readonly fromBlock: number; readonly toBlock: number }): Promise<readonly ChannelEvent[]>
  /** The most that a transaction of this kind may cost at today's gas price. */
  feeCeiling(kind: ChannelTransactionKind): Promise<Wei>

  open(
    args: { readonly payee: Address; readonly salt: bigint; readonly deposit: Wei } & Keyed,
  ): Promise<ChannelTransaction>
  topUp(
    args: { readonly payee: Address; readonly salt: bigint; readonly amount: Wei } & Keyed,
  ): Promise<ChannelTransaction>
  requestClose(args: { readonly payee: Address; readonly salt: bigint } & Keyed): Promise<ChannelTransaction>
  withdraw(
    args: { readonly payer: Address; readonly payee: Address; readonly salt: bigint } & Keyed,
  ): Promise<ChannelTransaction>
  redeem(args: { readonly payee: Address; readonly item: RedeemItem } & Keyed): Promise<ChannelTransaction>
  /** Bad items are skipped by the contract; the rest is paid out once. */
  redeemMany(
    args: { readonly payee: Address; readonly items: readonly RedeemItem[] } & Keyed,
  ): Promise<ChannelTransaction>
  /** Sent by the payee: pays it `item`, the payer the rest, and ends the channel. */
  close(args: { readonly item: RedeemItem } & Keyed): Promise<ChannelTransaction>
  /** Sent by the payee, as `close` for each item; one that cannot be closed is skipped by the contract. */
  closeMany(args: { readonly items: readonly RedeemItem[] } & Keyed): Promise<ChannelTransaction>
  /** Sent by the payee: pays it until it has had `settled` in all, the payer the rest, and ends the channel. */
  closeAgreed(
    args: ChannelKey & {
      readonly settled: Wei
      /** The payer's, over `Close`: 64 bytes, EIP-2098. */
      readonly signature: Uint8Array
    } & Keyed,
  ): Promise<ChannelTransaction>
}

export type ChannelTransactionKind = 'open' | 'topUp' | 'requestClose' | 'withdraw' | 'redeem' | 'close'

export interface Keyed {
  /** Names the intention, so that it is carried out once. */
  readonly key: string
}

export interface ChainHead {
  readonly number: number
  readonly hash: string
  /** Unix time of the block, in seconds. */
  readonly timestamp: number
  /** Block number from which on content may have changed since the head before; absent when the chain only grew. */
  readonly reorgedFrom?: number
}

export interface OnChainChannel {
  /** All that was ever paid in. */
  readonly deposit: Wei
  /** All that was ever paid to the payee. */
  readonly settled: Wei
  /** Unix seconds from which `withdraw` is possible, if `closeBlock` has come as well; 0 when no close was requested. */
  readonly closeAt: number
  readonly closeBlock: number
}

export interface RedeemItem {
  readonly payer: Address
  readonly salt: bigint
  readonly cumulativeAmount: Wei
  /** 64 bytes, EIP-2098; empty where nothing is paid. */
  readonly signature: Uint8Array
}

export interface ChannelTransaction {
  /** Of the transaction as it was first sent; a replacement has another. */
  readonly hash: string
  /**
   * Resolves when `confirmations` blocks lie on top of the block that holds the transaction (0: when it is mined). A receipt with
   * status `reverted` is a result, not an error.
   */
  wait(confirmations: number, signal?: AbortSignal): Promise<ChannelReceipt>
}

export interface ChannelReceipt {
  readonly blockNumber: number
  readonly status: 'success' | 'reverted'
  /** What the sender paid for gas. */
  readonly fee: Wei
}

interface EventPosition {
  readonly channelId: ChannelId
  readonly blockNumber: number
  readonly blockHash: string
  readonly transactionHash: string
  readonly logIndex: number
}

/** An event of contracts/interfaces/IPaymentChannel.sol. */
export type ChannelEvent =
  | (EventPosition & {
      readonly kind: 'opened'
      readonly payer: Address
      readonly payee: Address
      readonly salt: bigint
      readonly deposit: Wei
    })
  | (EventPosition & { readonly kind: 'toppedUp'; readonly deposit: Wei })
  | (EventPosition & { readonly kind: 'redeemed'; readonly settled: Wei; readonly amount: Wei })
  | (EventPosition & { readonly kind: 'closeRequested'; readonly closeAt: number; readonly closeBlock: number })
  | (EventPosition & { readonly kind: 'closed'; readonly settled: Wei; readonly refund: Wei })
