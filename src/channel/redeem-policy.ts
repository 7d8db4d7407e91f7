import { minWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { ChannelId, FileHash } from '../domain/ids.ts'
import type { Delivered } from '../domain/receipt.ts'
import type { ChainHead, RedeemItem } from './channel-contract.ts'
import { agreedEndOf, type Channel, type ClosingChannel } from './channel-state.ts'
import type { PayeePair } from './payee-state.ts'

/** One voucher, or one receipt, that should be presented on chain now. */
export interface Redemption {
  readonly channelId: ChannelId
  readonly item: RedeemItem
  /** There where it is a receipt. */
  readonly receipt?: Delivered & { readonly fileHash: FileHash }
}

/** What a payee wants of its redemptions. */
export interface RedeemPolicy {
  /** Unredeemed value of a channel from which it is presented: what a lost disk or a missed dispute window may cost. */
  readonly threshold: Wei
  /** Presented also when the oldest of it was held so long. */
  readonly maxAgeMs: number
  /** Waits for cheaper gas while the fee is more than this part of what the redemption brings, in percent. */
  readonly maxFeePercent: number
}

/** What the world is like when the policy is asked. */
export interface RedeemCircumstances {
  /** The most that one redemption may cost now. */
  readonly fee: Wei
  /** Milliseconds since 1970. */
  readonly now: number
  readonly head: Pick<ChainHead, 'number' | 'timestamp'>
  /** Whatever pays something. */
  readonly all?: boolean
}

/** More than this many thresholds are redeemed at any fee: dear gas may last, and what is at risk grows. */
const RISK_FACTOR = 4n
/** With so little left of the dispute window a voucher is presented at any fee: half of the contract's 3,600 s and 240 blocks. */
export const DEADLINE_SECONDS = 1800
export const DEADLINE_BLOCKS = 120

/**
 * Which vouchers to redeem. On a channel whose close was requested: when it is worth its fee, and at any fee once the window is half
 * over, since it is void after it. On an open one: when more than the threshold is unredeemed, or some of it for too long, and it is
 * worth its fee; at any fee when far more is at risk. Pure.
 */
export function redemptionsDue(
  pairs: readonly PayeePair[],
  policy: RedeemPolicy,
  circumstances: RedeemCircumstances,
): Redemption[] {
  return pairs.flatMap((pair) =>
    pair.channels.flatMap((channel) => {
      if (channel.signature === undefined || !isDue(channel, policy, circumstances)) return []
      const { channelId, salt, best: cumulativeAmount, signature, escrow, delivered } = channel
      const receipt = escrow && delivered && { fileHash: escrow.fileHash, ...delivered }
      const item = { payer: pair.payer, salt, cumulativeAmount, signature }
      return [{ channelId, item, ...(receipt === undefined ? {} : { receipt }) }]
    }),
  )
}

function isDue(channel: Channel, policy: RedeemPolicy, { fee, now, head, all }: RedeemCircumstances): boolean {
  const unredeemed = unredeemedOn(channel)
  if (unredeemed === 0n) return false
  // SPEC 04 §11.3: "It MUST redeem before the deadline", whatever it costs.
  if (channel.escrow !== undefined && channel.escrow.deadline - head.timestamp <= DEADLINE_SECONDS) return true
  if (isBeyondRelease(channel)) return false
  if (all === true) return true
  const isWorthIt = fee * 100n <= unredeemed * BigInt(policy.maxFeePercent)
  if (isWorthIt) return isWanted(channel, policy, now)
  return channel.phase === 'closing' && channel.escrow === undefined
    ? isNearDeadline(channel, head)
    : unredeemed > policy.threshold * RISK_FACTOR
}

/** Should it be redeemed, if that costs little? */
function isWanted(channel: Channel, { threshold, maxAgeMs }: RedeemPolicy, now: number): boolean {
  if (channel.phase === 'closing') return true
  const { heldSince } = channel
  return unredeemedOn(channel) > threshold || (heldSince !== undefined && now - heldSince >= maxAgeMs)
}

/** The receipt would take what a release gave back and the payer has not fetched yet: its refund would fail, and wait for the deadline. */
function isBeyondRelease(channel: Channel): boolean {
  if (channel.phase !== 'closing' || channel.escrow === undefined) return false
  const released = agreedEndOf(channel)?.settled
  return released !== undefined && released < minWei(channel.best, channel.deposit)
}

function isNearDeadline({ closeAt, closeBlock }: ClosingChannel, head: RedeemCircumstances['head']): boolean {
  return closeAt - head.timestamp <= DEADLINE_SECONDS || closeBlock - head.number <= DEADLINE_BLOCKS
}

function unredeemedOn(channel: Channel): Wei {
  if (channel.phase === 'opening' || channel.phase === 'closed') return ZERO_WEI
  // What was allocated beyond a release is not the payee's any more.
  if (channel.escrow !== undefined) return subtractWei(minWei(channel.best, channel.deposit), channel.settled)
  // Our own close is on its way, and pays the voucher.
  if (channel.phase === 'closing' && channel.closeAt === 0) return ZERO_WEI
  return subtractWei(channel.best, channel.settled)
}

/** Channels that were to be closed and that the chain still shows open: after a crash their close may never have been sent. Pure. */
export function closesDue(pairs: readonly PayeePair[]): ChannelId[] {
  return pairs.flatMap((pair) =>
    pair.channels
      .filter(({ escrow }) => escrow === undefined)
      .filter((channel) => channel.phase === 'closing' && channel.closeAt === 0 && channel.deposit > 0n)
      .map((channel) => channel.channelId),
  )
}
