import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, PeerIdText } from '../domain/ids.ts'
import type { TransferProtocol } from '../domain/transfer.ts'

/** One seeder of a download, as it is shown. */
export interface SourceView {
  readonly peerId: PeerIdText
  readonly payee: Address
  readonly phase: 'connecting' | 'confirming' | 'active' | 'idle' | 'failed' | 'banned'
  /** What it was last spoken to with. */
  readonly protocol?: TransferProtocol | undefined
  /** Blocks until the channel's deposit is confirmed. */
  readonly blocksLeft?: number | undefined
  readonly channelId?: ChannelId | undefined
  /** What it sells at: what was agreed, or else what it asks. */
  readonly pricePerMiB: Wei
  /** Of its offer. */
  readonly askedPricePerMiB: Wei
  readonly chunks: number
  /** What brought them, since this node started. */
  readonly chunksBy: { readonly [Protocol in TransferProtocol]?: number }
  readonly bytes: number
  /** Price of the chunks this source delivered and that verified. */
  readonly verified: Wei
  /** What was vouchered to it in this download. */
  readonly paid: Wei
  readonly vouchers: number
  readonly bytesPerSecond: number
  readonly error?: { readonly code: string; readonly message: string } | undefined
}
