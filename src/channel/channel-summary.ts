import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Channel, EscrowTerms } from './channel-state.ts'

/** One channel as the user sees it. */
export interface ChannelSummary {
  readonly role: 'payer' | 'payee'
  readonly channelId: ChannelId
  readonly payer: Address
  readonly payee: Address
  readonly salt: bigint
  readonly phase: Channel['phase']
  readonly deposit: Wei
  readonly confirmed: Wei
  /** The highest durable voucher. */
  readonly vouchered: Wei
  /** What the contract paid out. */
  readonly settled: Wei
  /** Unix seconds and block from which the payer can withdraw; 0 while no close was requested. */
  readonly closeAt: number
  readonly closeBlock: number
  /** What makes it a part of an escrow and no channel. */
  readonly escrow?: EscrowTerms
}

export function summarize(channel: Channel, parties: Pick<ChannelSummary, 'role' | 'payer' | 'payee'>): ChannelSummary {
  const opening = channel.phase === 'opening'
  const closing = channel.phase === 'closing'
  return {
    ...parties,
    channelId: channel.channelId,
    salt: channel.salt,
    phase: channel.phase,
    deposit: channel.deposit,
    confirmed: opening ? ZERO_WEI : channel.confirmed,
    vouchered: channel.best,
    settled: opening ? ZERO_WEI : channel.settled,
    closeAt: closing ? channel.closeAt : 0,
    closeBlock: closing ? channel.closeBlock : 0,
    ...(channel.escrow === undefined ? {} : { escrow: channel.escrow }),
  }
}
