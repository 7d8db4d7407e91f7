import { subtractWei, type Wei } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { RedeemItem } from './channel-contract.ts'
import type { PayeePair } from './payee-state.ts'

/** One voucher that should be presented on chain now. */
export interface Redemption {
  readonly channelId: ChannelId
  readonly item: RedeemItem
}

/**
 * Which vouchers to redeem: on a channel whose close was requested, whatever it pays, since it is void after the window; on an open
 * one when more than `threshold` is unredeemed, which caps the value that a lost disk or a missed window could cost. Pure.
 */
export function redemptionsDue(
  pairs: readonly PayeePair[],
  policy: { readonly threshold: Wei; readonly all?: boolean },
): Redemption[] {
  return pairs.flatMap((pair) =>
    pair.channels.flatMap((channel) => {
      if (channel.phase === 'opening' || channel.phase === 'closed' || channel.signature === undefined) return []
      const unredeemed = subtractWei(channel.best, channel.settled)
      // Our own close is on its way, and pays this voucher.
      if (channel.phase === 'closing' && channel.closeAt === 0) return []
      const isDue = policy.all === true || channel.phase === 'closing' || unredeemed > policy.threshold
      if (unredeemed === 0n || !isDue) return []
      const { channelId, salt, best: cumulativeAmount, signature } = channel
      return [{ channelId, item: { payer: pair.payer, salt, cumulativeAmount, signature } }]
    }),
  )
}

/** Channels that were to be closed and that the chain still shows open: after a crash their close may never have been sent. Pure. */
export function closesDue(pairs: readonly PayeePair[]): ChannelId[] {
  return pairs.flatMap((pair) =>
    pair.channels
      .filter((channel) => channel.phase === 'closing' && channel.closeAt === 0 && channel.deposit > 0n)
      .map((channel) => channel.channelId),
  )
}
