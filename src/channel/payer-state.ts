import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import { type Books, channelsOf, findChannel, spendable, vouchered, voucheredElsewhere } from './books.ts'
import {
  type Channel,
  type ClosingChannel,
  contribution,
  type OpenChannel,
  type OpeningChannel,
} from './channel-state.ts'

/** The payer's books for one payee, over all files, sessions and channels. */
export interface PayerPair extends Books {
  readonly payee: Address
  /** R: price of the distinct chunks that verified and are stored. */
  readonly verified: Wei
  /** What chunks that are sent again are for, since the books that knew them were lost. */
  readonly lost?: LostPurchases
}

export interface LostPurchases {
  /** In R already. */
  readonly paid: Wei
  /** By how much the payee's D was above V. */
  readonly owed: Wei
}

export function newPayerPair(payee: Address): PayerPair {
  return { payee, verified: ZERO_WEI, settledOnClosed: ZERO_WEI, channels: [] }
}

/** What is paid on: the allocation of an escrow that is named, or else the one channel the pair spends on. */
export function spendingChannel(pair: PayerPair, allocationId?: ChannelId): OpenChannel | undefined {
  return channelsFor(pair, allocationId).findLast((channel): channel is OpenChannel => channel.phase === 'open')
}

/** A payer of an escrow pays from its allocation alone, and a payer on a channel from no escrow. */
function channelsFor(pair: PayerPair, allocationId: ChannelId | undefined): readonly Channel[] {
  if (allocationId === undefined) return channelsOf(pair)
  const allocation = findChannel(pair, allocationId)
  return allocation === undefined ? [] : [allocation]
}

/** The channel that is, or is about to be, the one the pair spends on. */
export function liveChannel(pair: PayerPair, allocationId?: ChannelId): OpenChannel | OpeningChannel | undefined {
  return channelsFor(pair, allocationId).findLast(
    (channel): channel is OpenChannel | OpeningChannel => channel.phase === 'open' || channel.phase === 'opening',
  )
}

/** The channel to name in HELLO: the one to spend on, else the newest that vouchers may still be given on. */
export function speakingChannel(pair: PayerPair, allocationId?: ChannelId): Channel | undefined {
  const isSpeaking = (channel: Channel): boolean => channel.phase === 'closing' && channel.recovered === undefined
  return spendingChannel(pair, allocationId) ?? channelsFor(pair, allocationId).findLast(isSpeaking)
}

/** Is there a channel to the payee, or part of an escrow, on which something signed pays? */
export function hasOpen(pair: PayerPair): boolean {
  return pair.channels.some(({ phase }) => phase !== 'closed')
}

/** A channel that was found on chain without any memory of it, and that may still be bought on once its payee returned its voucher. */
export function forgottenChannel(pair: PayerPair): ClosingChannel | undefined {
  if (liveChannel(pair) !== undefined) return undefined
  return pair.channels.findLast(
    (channel): channel is ClosingChannel =>
      channel.phase === 'closing' && channel.recovered === true && channel.closeAt === 0 && channel.deposit > 0n,
  )
}

/**
 * What the channel may end with, where vouchers promise more: all that verified, less what V holds elsewhere, but never less than was
 * paid out already.
 */
export function fairEnd(
  pair: PayerPair,
  allocationId?: ChannelId,
): { readonly channelId: ChannelId; readonly settled: Wei } | undefined {
  const channel = spendingChannel(pair, allocationId)
  if (channel === undefined) return undefined
  const { channelId } = channel
  const settled = maxWei(channel.settled, subtractWei(pair.verified, voucheredElsewhere(pair, channelId)))
  return settled < contribution(channel) ? { channelId, settled } : undefined
}

/** Can what is in flight on credit be paid for on the channel when it arrives, or was it paid ahead? */
export function depositCovers(pair: PayerPair, inFlight: Wei, allocationId?: ChannelId): boolean {
  const channel = spendingChannel(pair, allocationId)
  const most = channel === undefined ? vouchered(pair) : spendable(pair, channel.channelId)
  return addWei(pair.verified, inFlight) <= most
}
