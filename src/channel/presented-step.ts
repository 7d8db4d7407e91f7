import { addWei, maxWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { Voucher } from '../domain/voucher.ts'
import { findChannel, vouchered, voucheredElsewhere, withChannel } from './books.ts'
import { contribution } from './channel-state.ts'
import type { Delivery, PayeePair } from './payee-state.ts'
import { resend, withReturned } from './payee-step.ts'

/** What a payee decides of a payer that shows a voucher with a request. Pure. */

/** A chunk that somebody asks for; `delivery` when it is in D already. */
export interface AskedChunk {
  readonly price: Wei
  readonly delivery?: Delivery | undefined
}

/**
 * The highest amount of the channel's vouchers that others than payer and payee may know: what the contract paid out stands on the chain, and
 * what is on its way there can be read as well. Whoever shows no more than that has not shown that it is the payer.
 */
export function publicAmount(pair: PayeePair, channelId: ChannelId, sentToChain: Wei): Wei {
  const channel = findChannel(pair, channelId)
  const settled = channel === undefined || channel.phase === 'opening' ? ZERO_WEI : channel.settled
  return maxWei(settled, sentToChain)
}

/** What it takes for chunks to leave without credit. */
export interface Bill {
  /** What D will grow by: nothing for a chunk that is in D and may be sent again. */
  readonly cost: Wei
  /** What a voucher on the channel must reach. */
  readonly required: Wei
}

export function billFor(
  pair: PayeePair,
  asked: { readonly channelId: ChannelId; readonly chunks: readonly AskedChunk[]; readonly at: number },
): Bill {
  const { channelId, chunks, at } = asked
  const [first] = chunks
  const counted = pair.recovered === true && first !== undefined ? withReturned(pair, first.price) : pair
  const cost = chunks.reduce((sum, chunk) => addWei(sum, costOf(counted, chunk, at)), ZERO_WEI)
  const required = subtractWei(addWei(counted.committed, cost), voucheredElsewhere(counted, channelId))
  return { cost, required: cost === 0n ? ZERO_WEI : required }
}

/** V − D: what is paid for and was not taken yet. */
export function coverOf(pair: PayeePair): Wei {
  return subtractWei(vouchered(pair), pair.committed)
}

/** The highest voucher that is held on the channel. */
export function heldOn(pair: PayeePair, channelId: ChannelId): Wei {
  const channel = findChannel(pair, channelId)
  return channel === undefined ? ZERO_WEI : contribution(channel)
}

/** The pair as it is if the voucher is good. */
export function withPresented(pair: PayeePair, { channelId, cumulativeAmount }: Omit<Voucher, 'signature'>): PayeePair {
  const channel = findChannel(pair, channelId)
  if (channel === undefined || channel.best >= cumulativeAmount) return pair
  return withChannel(pair, { ...channel, best: cumulativeAmount })
}

function costOf(pair: PayeePair, { price, delivery }: AskedChunk, at: number): Wei {
  return delivery !== undefined && resend(pair, delivery, at) !== undefined ? ZERO_WEI : price
}
