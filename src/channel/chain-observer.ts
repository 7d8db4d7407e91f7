import type { ChannelId } from '../domain/ids.ts'
import type { ChainHead, ChannelEvent } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'
import type { ReadDoubt } from './snapshot.ts'

/** What the watcher needs of a role. Payer and payee implement it. */
export interface ChainObserver {
  /** How many blocks must lie on this channel's money; `undefined` when the channel is none of this role's. */
  confirmationsOf(channelId: ChannelId): number | undefined
  /** All channels whose end is not final. */
  channels(): readonly ChannelId[]
  /** Those of them to look at on every head, because something about them is still to come. */
  unsettledChannels(): readonly ChannelId[]
  /** What of the chain does not count just now, for this role. */
  readonly doubt: ReadDoubt
  observe(channelId: ChannelId, snapshot: ChainSnapshot): Promise<void>
  /** An `Opened` event of any channel; the role keeps what is its own. */
  discover(event: Extract<ChannelEvent, { kind: 'opened' }>): Promise<void>
  /** After all channels were looked at: redeem or withdraw what is due. Never rejects. */
  afterHead(head: ChainHead): Promise<void>
}
