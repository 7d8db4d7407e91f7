import { maxWei, minWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { OnChainChannel } from './channel-contract.ts'

/**
 * One channel as either party remembers it. It moves opening → open → closing → closed; a reorg can bring a closed one back to
 * closing, never to open: once an end was in sight, nothing more is bought on it.
 */
export type Channel = OpeningChannel | OpenChannel | ClosingChannel | ClosedChannel

interface ChannelBase {
  readonly channelId: ChannelId
  readonly salt: bigint
  /** The highest durable voucher. */
  readonly best: Wei
  /** The payee's copy of that voucher's signature. The payer signs again: the bytes are the same. */
  readonly signature?: Uint8Array
  /** How many blocks must lie on a deposit, or on a close, before it counts. */
  readonly confirmations: number
}

/** The payer decided on the salt; the chain does not show the channel yet. */
export interface OpeningChannel extends ChannelBase {
  readonly phase: 'opening'
  /** What is to be paid in. */
  readonly deposit: Wei
}

interface FundedChannel extends ChannelBase {
  /** All that was paid in, at the head. */
  readonly deposit: Wei
  /** The part of it that a reorg shorter than `confirmations` cannot undo. */
  readonly confirmed: Wei
  /** What the contract paid out, at the head. */
  readonly settled: Wei
}

export interface OpenChannel extends FundedChannel {
  readonly phase: 'open'
  /** A top-up that was decided and that the head does not show yet: from `base` to `target`. */
  readonly topUp?: { readonly base: Wei; readonly target: Wei }
}

/** What the payer signed that the channel may end with: less than its best voucher. */
export interface AgreedEnd {
  readonly settled: Wei
  /** Over `Close`, 64 bytes, EIP-2098. */
  readonly signature: Uint8Array
}

/** A close was requested, intended or sent; or the payer found the channel on chain without any memory of it. */
export interface ClosingChannel extends FundedChannel {
  readonly phase: 'closing'
  /** Unix seconds and block from which the payer can withdraw; 0 while the chain shows no request. */
  readonly closeAt: number
  readonly closeBlock: number
  /** The payer lost its memory of this channel: what was paid on it counts as delivered. */
  readonly recovered?: true
  /** The payee's own close presents this instead of its best voucher. */
  readonly agreed?: AgreedEnd
}

export interface ClosedChannel extends FundedChannel {
  readonly phase: 'closed'
  readonly closedInBlock: number
  readonly recovered?: true
}

/** What the chain shows of one channel. */
export interface ChainSnapshot {
  readonly headNumber: number
  /** At the head. */
  readonly head: OnChainChannel | undefined
  /** `confirmations` blocks below the head; lower while the chain may be split. */
  readonly deep: OnChainChannel | undefined
  /** The `Closed` event, where one was found. */
  readonly closed?: { readonly settled: Wei; readonly blockNumber: number }
}

/** What the channel adds to V: its best voucher, or what the contract paid in the end. */
export function contribution(channel: Channel): Wei {
  switch (channel.phase) {
    case 'opening':
      return ZERO_WEI
    case 'open':
    case 'closing':
      return maxWei(channel.best, channel.settled)
    case 'closed':
      return channel.settled
  }
}

/** Nothing that a reorg within `confirmations` could change is left. */
export function isFinal(channel: Channel, headNumber: number): boolean {
  return channel.phase === 'closed' && channel.closedInBlock + channel.confirmations <= headNumber
}

/** An open channel whose whole deposit is confirmed: nothing about it is still to come until the chain says so. */
export function isSettledDown(channel: Channel): boolean {
  return channel.phase === 'open' && channel.topUp === undefined && isFullyConfirmed(channel)
}

function isFullyConfirmed({ deposit, confirmed }: FundedChannel): boolean {
  return deposit > 0n && confirmed === deposit
}

/** The channel after the chain was looked at. Looking twice changes nothing; a later look replaces an earlier one. */
export function observe(channel: Channel, snapshot: ChainSnapshot): Channel {
  return snapshot.head === undefined
    ? observeAbsent(channel, snapshot)
    : observePresent(channel, snapshot, snapshot.head)
}

/** Stops buying on a channel, before the chain knows. */
export function beginClosing(channel: OpenChannel): ClosingChannel {
  const { topUp: _, ...rest } = channel
  return { ...rest, phase: 'closing', closeAt: 0, closeBlock: 0 }
}

function observePresent(channel: Channel, snapshot: ChainSnapshot, head: OnChainChannel): Channel {
  const funded: FundedChannel = {
    ...base(channel),
    deposit: head.deposit,
    confirmed: minWei(head.deposit, snapshot.deep?.deposit ?? ZERO_WEI),
    settled: head.settled,
  }
  const recovered = 'recovered' in channel ? { recovered: true as const } : {}
  const agreed = channel.phase === 'closing' && channel.agreed !== undefined ? { agreed: channel.agreed } : {}
  const closing: ClosingChannel = {
    ...funded,
    phase: 'closing',
    closeAt: head.closeAt,
    closeBlock: head.closeBlock,
    ...recovered,
    ...agreed,
  }
  if (head.closeAt !== 0) return closing
  switch (channel.phase) {
    case 'opening':
      return { ...funded, phase: 'open' }
    case 'open': {
      const pending = channel.topUp !== undefined && channel.topUp.target > head.deposit
      return { ...funded, phase: 'open', ...(pending ? { topUp: channel.topUp } : {}) }
    }
    case 'closing':
    case 'closed':
      return closing
  }
}

function observeAbsent(channel: Channel, snapshot: ChainSnapshot): Channel {
  const recovered = 'recovered' in channel ? { recovered: true as const } : {}
  if (snapshot.closed !== undefined) {
    return {
      ...base(channel),
      phase: 'closed',
      deposit: channel.deposit,
      confirmed: ZERO_WEI,
      settled: snapshot.closed.settled,
      closedInBlock: snapshot.closed.blockNumber,
      ...recovered,
    }
  }
  switch (channel.phase) {
    case 'opening':
    case 'closed':
      return channel
    case 'open': // the block that opened it went away: its transaction will be mined again
    case 'closing':
      return { ...channel, deposit: ZERO_WEI, confirmed: ZERO_WEI, settled: ZERO_WEI }
  }
}

function base(channel: Channel): ChannelBase {
  const { channelId, salt, best, signature, confirmations } = channel
  return { channelId, salt, best, confirmations, ...(signature === undefined ? {} : { signature }) }
}
