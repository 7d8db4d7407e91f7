import type { ChannelSummary } from '../channel/channel-summary.ts'
import type { ChannelView } from './types.ts'

/** A channel as it is shown, from whichever end. */
export function channelViewOf(channel: ChannelSummary): ChannelView {
  const { channelId, role, payer, payee, phase, deposit, settled, vouchered, closeAt } = channel
  return {
    channelId,
    role,
    peer: role === 'payer' ? payee : payer,
    phase,
    deposit,
    settled,
    vouchered,
    ...(closeAt > 0 ? { closesAt: closeAt * 1000 } : {}),
  }
}
