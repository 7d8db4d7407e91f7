import type { Wei } from './amount.ts'
import type { Address, ChannelId } from './ids.ts'
import type { Delivered } from './receipt.ts'

/** A payer's signed promise: "the payee may have `cumulativeAmount` in all from this channel". EIP-712, docs/specs/01-voucher.md. */
export interface Voucher {
  readonly channelId: ChannelId
  readonly cumulativeAmount: Wei
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
  /** There where it is a receipt of an escrow: the channel is an allocation, and the signature is over `Receipt`. */
  readonly delivered?: Delivered | undefined
}

/** A payer's signed agreement: "the channel may end with `settled` paid in all", less than its vouchers promise. EIP-712 `Close`. */
export interface CloseAgreement {
  readonly channelId: ChannelId
  readonly settled: Wei
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

/** What names a channel on chain: its id is the hash of these three. */
export interface ChannelKey {
  readonly payer: Address
  readonly payee: Address
  /** 96 bits. */
  readonly salt: bigint
}

/** A voucher with the channel it is of: enough for a payee to be paid by somebody it never spoke to. */
export interface PresentedVoucher {
  readonly channel: ChannelKey
  readonly cumulativeAmount: Wei
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}
