import { maxWei, minWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../domain/confirmation-rule.ts'
import type { ChannelId, FileHash } from '../domain/ids.ts'
import type { Delivered } from '../domain/receipt.ts'
import type { OnChainChannel } from './channel-contract.ts'

/**
 * One channel as either party remembers it. It moves opening → open → closing → closed; a reorg can bring a closed one back to
 * closing, never to open: once an end was in sight, nothing more is bought on it.
 */
export type Channel = OpeningChannel | OpenChannel | ClosingChannel | ClosedChannel

/** With how many blocks must lie on a deposit, or on a close, before it counts. */
interface ChannelBase extends ConfirmationRule {
  readonly channelId: ChannelId
  readonly salt: bigint
  /** The highest durable voucher. */
  readonly best: Wei
  /** The payee's copy of that voucher's signature. The payer signs again: the bytes are the same. */
  readonly signature?: Uint8Array
  /** Kept by the payee: since when some of `best` is not redeemed, milliseconds since 1970. */
  readonly heldSince?: number
  /** Of the best receipt, beside its signature. */
  readonly delivered?: Delivered
  /** Absent: a channel of the PaymentChannel contract. */
  readonly escrow?: EscrowTerms
}

/**
 * What makes a channel an allocation of an escrow (docs/specs/04-escrow.md §11): its deposit is what the seeder was allocated, and its payer
 * signs receipts in the place of vouchers.
 */
export interface EscrowTerms {
  readonly fileHash: FileHash
  /** Unix seconds. */
  readonly deadline: number
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
  /** The part of it that lies deep enough to count. */
  readonly confirmed: Wei
  /** What the contract paid out, at the head. */
  readonly settled: Wei
}

export interface OpenChannel extends FundedChannel {
  readonly phase: 'open'
  /** The payer's memory of it was lost, and came back from the payee: what is paid beyond that counts as delivered. */
  readonly recovered?: true
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
  /** Of an allocation: the payee signed that it gets no more than its best receipt, or what was agreed. */
  readonly released?: true
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
  /** What was paid in and lies deep enough to count; less while the chain may be split. It may exceed what the head shows after a reorg. */
  readonly confirmed: Wei
  /** The `Closed` event, where one was found. */
  readonly closed?: { readonly settled: Wei; readonly blockNumber: number }
}

/** What the channel adds to V: its best voucher, of an allocation what was not given back, or what the contract paid in the end. */
export function contribution(channel: Channel): Wei {
  switch (channel.phase) {
    case 'opening':
      return ZERO_WEI
    case 'open':
      return maxWei(channel.best, channel.settled)
    case 'closing':
      return maxWei(toCome(channel), channel.settled)
    case 'closed':
      return channel.settled
  }
}

/**
 * A close that was agreed is on its way when it was signed. A release is with the payer, who may take its time: nothing may be sold meanwhile on what it
 * gives back, and once the chain has it nobody is paid that.
 */
function toCome(channel: ClosingChannel): Wei {
  const { best, escrow, deposit } = channel
  if (escrow === undefined) return best
  const end = minWei(agreedEndOf(channel)?.settled ?? best, best)
  return deposit > 0n ? minWei(end, deposit) : end
}

/** What may still be presented on chain: an agreed end is void once more than it was paid, by a voucher that anyone redeemed. */
export function agreedEndOf(channel: ClosingChannel): AgreedEnd | undefined {
  return channel.agreed !== undefined && channel.agreed.settled >= channel.settled ? channel.agreed : undefined
}

/** Nothing that a reorg within `confirmations` could change is left. */
export function isFinal(channel: Channel, headNumber: number): boolean {
  return channel.phase === 'closed' && channel.closedInBlock + channel.confirmations <= headNumber
}

/** An open channel whose whole deposit is confirmed: nothing about it is still to come until an event of the chain says so. */
export function isSettledDown(channel: Channel): boolean {
  return (
    channel.escrow === undefined && channel.phase === 'open' && channel.topUp === undefined && isFullyConfirmed(channel)
  )
}

function isFullyConfirmed({ deposit, confirmed }: FundedChannel): boolean {
  return deposit > 0n && confirmed === deposit
}

/** The channel after the chain was looked at. Looking twice changes nothing; a later look replaces an earlier one. */
export function observe(channel: Channel, snapshot: ChainSnapshot): Channel {
  if (snapshot.head === undefined) return observeAbsent(channel, snapshot)
  const after = observePresent(channel, snapshot, snapshot.head)
  if (after.phase !== 'closing' || !isSpent(after)) return after
  const closedInBlock = channel.phase === 'closed' ? channel.closedInBlock : snapshot.headNumber
  return { ...base(after), ...fundsOf(after), phase: 'closed', closedInBlock }
}

/** Of an allocation that ends nothing is left that could be paid or given back. */
function isSpent({ escrow, deposit, settled }: ClosingChannel): boolean {
  return escrow !== undefined && deposit === settled
}

function fundsOf({
  deposit,
  confirmed,
  settled,
}: ClosingChannel): Pick<ClosingChannel, 'deposit' | 'confirmed' | 'settled'> {
  return { deposit, confirmed, settled }
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
    confirmed: minWei(head.deposit, snapshot.confirmed),
    settled: head.settled,
  }
  const recovered = 'recovered' in channel ? { recovered: true as const } : {}
  const agreed = channel.phase === 'closing' && channel.agreed !== undefined ? { agreed: channel.agreed } : {}
  const released = channel.phase === 'closing' && channel.released === true ? { released: true as const } : {}
  const closing: ClosingChannel = {
    ...funded,
    phase: 'closing',
    closeAt: head.closeAt,
    closeBlock: head.closeBlock,
    ...recovered,
    ...agreed,
    ...released,
  }
  if (head.closeAt !== 0) return closing
  switch (channel.phase) {
    case 'opening':
      return { ...funded, phase: 'open', ...recovered }
    case 'open': {
      const pending = channel.topUp !== undefined && channel.topUp.target > head.deposit
      return { ...funded, phase: 'open', ...recovered, ...(pending ? { topUp: channel.topUp } : {}) }
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
  const { channelId, salt, best, signature, heldSince, delivered, escrow } = channel
  return {
    channelId,
    salt,
    best,
    ...confirmationRuleOf(channel),
    ...(signature === undefined ? {} : { signature }),
    ...(heldSince === undefined ? {} : { heldSince }),
    ...(delivered === undefined ? {} : { delivered }),
    ...(escrow === undefined ? {} : { escrow }),
  }
}
