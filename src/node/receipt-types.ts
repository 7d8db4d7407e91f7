import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash, PeerIdText } from '../domain/ids.ts'

/** Which part of the receipts log. */
export interface ReceiptsRequest {
  /** Milliseconds since 1970: from this instant on. */
  readonly since?: number | undefined
  /** Before this instant. */
  readonly until?: number | undefined
  readonly fileHash?: FileHash | undefined
  /** An account, or the peer id it was last seen with. */
  readonly peer?: string | undefined
}

/** One entry of the receipts log (docs/specs/10-receipts.md), without what only a verifier needs. */
export interface ReceiptView {
  readonly sequence: number
  readonly at: number
  readonly kind: string
  readonly role: 'payer' | 'payee'
  readonly peer: Address
  readonly peerId?: PeerIdText | undefined
  readonly channelId: ChannelId
  readonly amount?: Wei | undefined
  readonly cumulativeAmount?: Wei | undefined
  readonly refund?: Wei | undefined
  readonly files?: readonly { readonly fileHash: FileHash; readonly amount: Wei }[] | undefined
  /** Of a receipt of an escrow: how the chunks came. */
  readonly protocol?: string | undefined
  readonly transactionHash?: string | undefined
  readonly blockNumber?: number | undefined
  /** Sequence of the entry that a reorg made void. */
  readonly undoes?: number | undefined
}
