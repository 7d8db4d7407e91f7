import { concatBytes, fromHex, toHex } from '../../domain/bytes.ts'
import { type Address, type ChannelId, type EscrowId, parseChannelId } from '../../domain/ids.ts'
import { addressWord } from '../../system/eip712.ts'
import { keccak256 } from '../../system/keccak.ts'
import type { OnChainChannel } from '../channel-contract.ts'
import type { OnChainAllocation, OnChainEscrow } from './escrow-chain.ts'

/** How long before its deadline an escrow ends for both sides: time for a redemption on a chain that stalls, at any price of gas in its second half. */
export const CLOSING_MARGIN_SECONDS = 3_600
/** A payee begins no trade on an escrow that ends sooner: the payer would have to be allocated elsewhere within the hour. */
export const MIN_LIFETIME_SECONDS = 2 * CLOSING_MARGIN_SECONDS
/** A payee looks at each allocation with every head until it ends: no longer than this. */
export const MAX_LIFETIME_SECONDS = 31 * 24 * 3_600
/** How far ahead a payer puts the deadline: a day for the file, and what is not bought comes back on the next. */
export const DEFAULT_LIFETIME_SECONDS = 24 * 3_600
/** Seeders of one escrow: all of them in one `lock` or `reclaim` stay below two thirds of the block gas limit of 4.7 M. */
export const MAX_ESCROW_SEEDERS = 48

/** While the grace period is not begun, no number of blocks ends an escrow. */
const NO_BLOCK = Number.MAX_SAFE_INTEGER

/** What the books name an allocation by: keccak256 of the escrow's id and the seeder, two words where a channel's id is of three. */
export function allocationIdOf(escrowId: EscrowId, seeder: Address): ChannelId {
  return parseChannelId(toHex(keccak256(concatBytes(fromHex(escrowId), addressWord(seeder)))))
}

/** An allocation in the terms of the books. SPEC 04 §11.3: "It is closing from an hour before its deadline on". Pure. */
export function asChannel(
  { deadline, graceAt, graceBlock }: OnChainEscrow,
  { allocated, redeemed }: OnChainAllocation,
  /** Of the block, in Unix seconds. */
  timestamp: number,
): OnChainChannel {
  const isLate = timestamp >= deadline - CLOSING_MARGIN_SECONDS
  const end = graceAt === 0 ? { closeAt: deadline, closeBlock: NO_BLOCK } : { closeAt: graceAt, closeBlock: graceBlock }
  return { deposit: allocated, settled: redeemed, ...(isLate ? end : { closeAt: 0, closeBlock: 0 }) }
}
