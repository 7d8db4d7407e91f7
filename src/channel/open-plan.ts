import { addWei, MAX_CHANNEL_AMOUNT, maxWei, subtractWei, type Wei } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import { spendable, vouchered } from './books.ts'
import type { OpenChannel } from './channel-state.ts'
import { liveChannel, type PayerPair } from './payer-state.ts'

/** What is to be done so that a pair has a channel with enough left. */
export type OpenPlan =
  | { readonly kind: 'open' }
  /** An opening that was decided before: carry it on, with its own salt and deposit. */
  | { readonly kind: 'resumeOpen'; readonly salt: bigint; readonly deposit: Wei }
  | { readonly kind: 'topUp'; readonly channel: OpenChannel; readonly target: Wei }
  /** A top-up that was decided before. */
  | { readonly kind: 'resumeTopUp'; readonly channel: OpenChannel; readonly base: Wei; readonly target: Wei }
  | { readonly kind: 'reuse'; readonly channel: OpenChannel }
  /** A channel holds 96 bits of wei and no more. */
  | { readonly kind: 'full'; readonly channel: OpenChannel }

/**
 * Pure. `wanted` is what should be left to spend after everything that is signed or owed. A top-up adds what is missing, in one
 * step, and nothing when enough is left.
 */
export function planChannel(
  pair: PayerPair,
  wanted: Wei,
  options: { readonly mayTopUp: boolean; readonly allocationId?: ChannelId },
): OpenPlan {
  const channel = liveChannel(pair, options.allocationId)
  if (channel === undefined) return { kind: 'open' }
  if (channel.phase === 'opening') return { kind: 'resumeOpen', salt: channel.salt, deposit: channel.deposit }
  if (channel.topUp !== undefined) return { kind: 'resumeTopUp', channel, ...channel.topUp }
  const missing = missingOn(pair, channel, wanted)
  if (missing === 0n || !options.mayTopUp) return { kind: 'reuse', channel }
  const target = addWei(channel.deposit, missing)
  return target > MAX_CHANNEL_AMOUNT ? { kind: 'full', channel } : { kind: 'topUp', channel, target }
}

/** What the channel lacks so that `wanted` is left after what is signed and what is owed, confirmed or not. A debt beyond it counts too. */
function missingOn(pair: PayerPair, channel: OpenChannel, wanted: Wei): Wei {
  const unconfirmed = subtractWei(channel.deposit, channel.confirmed)
  const most = addWei(spendable(pair, channel.channelId), unconfirmed)
  return subtractWei(addWei(maxWei(vouchered(pair), pair.verified), wanted), most)
}
