import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import { type Books, spendable, voucheredElsewhere } from './books.ts'
import { type Channel, contribution, type OpenChannel, type OpeningChannel } from './channel-state.ts'

/** The payer's books for one payee, over all files, sessions and channels. */
export interface PayerPair extends Books {
  readonly payee: Address
  /** R: price of the distinct chunks that verified and are stored. */
  readonly verified: Wei
}

export function newPayerPair(payee: Address): PayerPair {
  return { payee, verified: ZERO_WEI, settledOnClosed: ZERO_WEI, channels: [] }
}

/** The one channel the pair spends on. */
export function spendingChannel(pair: PayerPair): OpenChannel | undefined {
  return pair.channels.findLast((channel): channel is OpenChannel => channel.phase === 'open')
}

/** The channel that is, or is about to be, the one the pair spends on. */
export function liveChannel(pair: PayerPair): OpenChannel | OpeningChannel | undefined {
  return pair.channels.findLast(
    (channel): channel is OpenChannel | OpeningChannel => channel.phase === 'open' || channel.phase === 'opening',
  )
}

/** The channel to name in HELLO: the one to spend on, else the newest that vouchers may still be given on. */
export function speakingChannel(pair: PayerPair): Channel | undefined {
  const isSpeaking = (channel: Channel): boolean => channel.phase === 'closing' && channel.recovered === undefined
  return spendingChannel(pair) ?? pair.channels.findLast(isSpeaking)
}

/**
 * What the channel may end with, where vouchers promise more: all that verified, less what V holds elsewhere, but never less than was
 * paid out already.
 */
export function fairEnd(pair: PayerPair): { readonly channelId: ChannelId; readonly settled: Wei } | undefined {
  const channel = spendingChannel(pair)
  if (channel === undefined) return undefined
  const { channelId } = channel
  const settled = maxWei(channel.settled, subtractWei(pair.verified, voucheredElsewhere(pair, channelId)))
  return settled < contribution(channel) ? { channelId, settled } : undefined
}

/** Can what is in flight on credit be paid for on the channel when it arrives? */
export function depositCovers(pair: PayerPair, inFlight: Wei): boolean {
  const channel = spendingChannel(pair)
  return channel !== undefined && addWei(pair.verified, inFlight) <= spendable(pair, channel.channelId)
}
