import type { ChannelSummary } from '../channel/channel-summary.ts'
import { ChiralError } from '../domain/errors.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { ChannelView } from './types.ts'

/** A channel, or a part of an escrow, as it is shown from whichever end. */
export function channelViewOf(channel: ChannelSummary): ChannelView {
  const { channelId, role, payer, payee, phase, deposit, settled, vouchered, closeAt, escrow } = channel
  return {
    channelId,
    role,
    peer: role === 'payer' ? payee : payer,
    phase,
    deposit,
    settled,
    vouchered,
    ...(closeAt > 0 ? { closesAt: closeAt * 1000 } : {}),
    ...(escrow === undefined ? {} : { escrow: { fileHash: escrow.fileHash, endsAt: escrow.deadline * 1000 } }),
  }
}

/** Refuses to end a part of an escrow as if it were a channel. @throws ChiralError `CHANNEL_OF_ESCROW` */
export function requireChannel(views: readonly ChannelView[], channelId: ChannelId): void {
  if (views.some((view) => view.channelId === channelId && view.escrow !== undefined))
    throw new ChiralError(
      'CHANNEL_OF_ESCROW',
      'This is what an escrow allocates: it ends by itself, and what was not spent comes back.',
      { details: { channelId } },
    )
}
