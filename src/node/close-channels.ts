import type { ChannelSummary } from '../channel/channel-summary.ts'
import type { Payee } from '../channel/payee.ts'
import type { Payer } from '../channel/payer.ts'
import type { ChannelId } from '../domain/ids.ts'

/** One transaction, and the channels that it ends or begins to end. */
export interface ChannelsClosed {
  readonly channelIds: ChannelId[]
  readonly transactionHash: string
  /** When the dispute window ends, where there is one and it is known; Unix time in ms. */
  readonly closesAt?: number
}

interface Ends {
  readonly payer: Pick<Payer, 'list' | 'requestClose'>
  readonly payee: Pick<Payee, 'list' | 'close' | 'closeMany'>
}

/** Ends a channel as the payee, or begins its dispute window as the payer. @throws ChiralError `CHANNEL_UNKNOWN` */
export async function closeChannel(
  { payer, payee }: Ends,
  channelId: ChannelId,
): Promise<{ transactionHash: string; closesAt?: number }> {
  if (payee.list().some((channel) => channel.channelId === channelId))
    return { transactionHash: await payee.close(channelId) }
  const transactionHash = await payer.requestClose(channelId)
  const closeAt = payer.list().find((channel) => channel.channelId === channelId)?.closeAt ?? 0
  return { transactionHash, ...(closeAt > 0 ? { closesAt: closeAt * 1000 } : {}) }
}

/**
 * The same for every channel that has not come to its end: as the payee all in one transaction, as far as the contract allows; as the payer each in its
 * own. Those whose dispute window has begun are left to it by the payer, and closed at once by the payee.
 */
export async function closeAllChannels({ payer, payee }: Ends): Promise<readonly ChannelsClosed[]> {
  const owed = payee.list().filter(({ phase }) => phase === 'open' || phase === 'closing')
  const sent = await payee.closeMany(owed.map(({ channelId }) => channelId))
  const closed: ChannelsClosed[] = sent.map((each) => ({ ...each, channelIds: [...each.channelIds] }))
  for (const { channelId } of payer.list().filter(isToBeAsked))
    closed.push({ channelIds: [channelId], ...(await closeChannel({ payer, payee }, channelId)) })
  return closed
}

function isToBeAsked({ phase, closeAt }: ChannelSummary): boolean {
  return phase === 'open' || (phase === 'closing' && closeAt === 0)
}
