import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { ChainHead, ChannelEvent } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'
import type { ReadDoubt } from './snapshot.ts'

/** What the watcher needs of a role. Payer and payee implement it. */
export interface ChainObserver {
  /** How deep this channel's money must lie; `undefined` when the channel is none of this role's. */
  ruleOf(channelId: ChannelId): ConfirmationRule | undefined
  /** All channels whose end is not final. */
  channels(): readonly ChannelId[]
  /** Those of them to look at on every head, because something about them is still to come. */
  unsettledChannels(): readonly ChannelId[]
  /** What of the chain does not count just now, for this role. */
  readonly doubt: ReadDoubt
  observe(channelId: ChannelId, snapshot: ChainSnapshot): Promise<void>
  /** An `Opened` event of any channel; the role keeps what is its own. At the first look of new books it may be one they once knew. */
  discover(event: Extract<ChannelEvent, { kind: 'opened' }>, options: { readonly isFirstLook: boolean }): Promise<void>
  /** After all channels were looked at: redeem or withdraw what is due. Never rejects. */
  afterHead(head: ChainHead): Promise<void>
}
