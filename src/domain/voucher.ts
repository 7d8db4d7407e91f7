import type { Wei } from './amount.ts'
import type { Address, ChannelId } from './ids.ts'

/** A payer's signed promise: "the payee may have `cumulativeAmount` in all from this channel". EIP-712, docs/specs/01-voucher.md. */
export interface Voucher {
  readonly channelId: ChannelId
  readonly cumulativeAmount: Wei
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
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
