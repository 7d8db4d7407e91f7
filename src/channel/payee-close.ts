import { addWei, subtractWei } from '../domain/amount.ts'
import type { ChannelId } from '../domain/ids.ts'
import { findChannel, voucheredElsewhere, withChannel } from './books.ts'
import { type AgreedEnd, beginClosing, contribution, type OpenChannel } from './channel-state.ts'
import { type PayeePair, withoutDefault, withWriteOff } from './payee-state.ts'

/**
 * The pair with the channel closing, at what was agreed where the payee gives nothing up by that; `undefined` when there is no such
 * channel. A close that was decided before stays as it is: its transaction may be on its way. Pure.
 */
export function decideClose(pair: PayeePair, channelId: ChannelId, agreed?: AgreedEnd): PayeePair | undefined {
  const channel = findChannel(pair, channelId)
  if (channel === undefined || channel.phase === 'opening') return undefined
  if (channel.phase !== 'open') return pair
  return (agreed && withAgreedEnd(pair, channel, agreed)) ?? withChannel(pair, beginClosing(channel))
}

/** The same of an allocation, which the payee is to sign a release of: after that it takes no receipt, whatever the time. Pure. */
export function decideRelease(pair: PayeePair, channelId: ChannelId, agreed?: AgreedEnd): PayeePair | undefined {
  const state = decideClose(pair, channelId, agreed)
  const channel = state && findChannel(state, channelId)
  if (state === undefined || channel?.phase !== 'closing') return undefined
  return withChannel(state, { ...channel, released: true })
}

function withAgreedEnd(pair: PayeePair, channel: OpenChannel, agreed: AgreedEnd): PayeePair | undefined {
  if (agreed.settled < channel.settled || agreed.settled >= contribution(channel)) return undefined
  const closing = withChannel(pair, { ...beginClosing(channel), agreed })
  // SPEC 01 §5.5: "A payee SHOULD accept an end that covers D, or falls short of it by no more than it may still write off".
  const short = subtractWei(pair.committed, addWei(voucheredElsewhere(pair, channel.channelId), agreed.settled))
  return short === 0n ? withoutDefault(closing) : withWriteOff(closing, short, pair.chunkPrice)
}
