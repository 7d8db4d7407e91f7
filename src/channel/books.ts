import { addWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import { type ChainSnapshot, type Channel, contribution, isFinal, observe } from './channel-state.ts'

/** The part of a pair's state that payer and payee keep alike: which channels there were, and so V. */
export interface Books {
  /** Σ settled on channels whose end no reorg can undo. */
  readonly settledOnClosed: Wei
  /** Σ of the coin transfers that count (docs/specs/01-voucher.md §10). */
  readonly transferred?: Wei
  /** All others, oldest first. */
  readonly channels: readonly Channel[]
}

/** V: settled on closed channels + coin transfers + the highest durable voucher on each channel that is not closed. */
export function vouchered(books: Books): Wei {
  return books.channels.reduce((sum, channel) => addWei(sum, contribution(channel)), paidForGood(books))
}

/** What V holds besides the vouchers of this one channel. */
export function voucheredElsewhere(books: Books, channelId: ChannelId): Wei {
  return books.channels.reduce(
    (sum, channel) => (channel.channelId === channelId ? sum : addWei(sum, contribution(channel))),
    paidForGood(books),
  )
}

/** The most that V can reach while buying on this channel: only confirmed deposits count. */
export function spendable(books: Books, channelId: ChannelId): Wei {
  const channel = findChannel(books, channelId)
  const confirmed = channel === undefined || channel.phase === 'opening' ? ZERO_WEI : channel.confirmed
  return addWei(voucheredElsewhere(books, channelId), confirmed)
}

/** Without the allocations of escrows, which end by rules of their own. */
export function channelsOf(books: Books): readonly Channel[] {
  return books.channels.filter(({ escrow }) => escrow === undefined)
}

/** Those that are parts of escrows. */
export function allocationsOf(books: Books): readonly Channel[] {
  return books.channels.filter(({ escrow }) => escrow !== undefined)
}

export function findChannel(books: Books, channelId: ChannelId): Channel | undefined {
  return books.channels.find((channel) => channel.channelId === channelId)
}

export function withChannel<T extends Books>(books: T, channel: Channel): T {
  const known = findChannel(books, channel.channelId) !== undefined
  const channels = known
    ? books.channels.map((other) => (other.channelId === channel.channelId ? channel : other))
    : [...books.channels, channel]
  return { ...books, channels }
}

export function withoutChannel<T extends Books>(books: T, channelId: ChannelId): T {
  return { ...books, channels: books.channels.filter((channel) => channel.channelId !== channelId) }
}

/** The books after the chain was looked at; a channel whose end is final becomes part of `settledOnClosed`. */
export function withSnapshot<T extends Books>(books: T, channelId: ChannelId, snapshot: ChainSnapshot): T {
  const before = findChannel(books, channelId)
  if (before === undefined) return books
  const after = observe(before, snapshot)
  if (!isFinal(after, snapshot.headNumber)) return withChannel(books, after)
  return {
    ...withoutChannel(books, channelId),
    settledOnClosed: addWei(books.settledOnClosed, contribution(after)),
  }
}

/** The books with a transfer counted. */
export function withTransfer<T extends Books>(books: T, amount: Wei): T {
  return { ...books, transferred: addWei(books.transferred ?? ZERO_WEI, amount) }
}

/** What no channel can change any more. */
function paidForGood({ settledOnClosed, transferred = ZERO_WEI }: Books): Wei {
  return addWei(settledOnClosed, transferred)
}
