import type { Wei } from '../../domain/amount.ts'
import type { Address, FileHash } from '../../domain/ids.ts'

/**
 * What payment by transfer needs from the chain; `chain/coin-transfers.ts` implements it over the transaction queue. Reads may reject
 * with `CHAIN_UNREACHABLE`. A second `send` with a key returns the first transaction, also after a restart.
 */
export interface TransferChain {
  readonly chainId: number
  head(): Promise<{ readonly number: number }>
  /** Calls `listener` on each new head. Returns what ends it. */
  onHead(listener: (head: { readonly number: number }) => void): () => void
  /** As the node knows it now; `undefined` where it does not. */
  find(transactionHash: string): Promise<SeenTransfer | undefined>
  /** The most that a transfer may cost in gas at today's price. */
  feeCeiling(): Promise<Wei>
  /** Moves coin to the payee, with the file hash as calldata. The signed bytes are durable when this resolves. */
  send(args: {
    readonly payee: Address
    readonly fileHash: FileHash
    readonly amount: Wei
    readonly key: string
  }): Promise<SentTransfer>
  /** What was sent with this key, if anything. */
  sent(key: string): SentTransfer | undefined
}

/** A transaction that somebody says is a transfer to us. */
export interface SeenTransfer {
  readonly from: Address
  /** Absent: it creates a contract. */
  readonly to: Address | undefined
  readonly amount: Wei
  readonly data: Uint8Array
  /** Absent: it could be sent on any chain. */
  readonly chainId: number | undefined
  /** Absent while it is in no block. */
  readonly mined: { readonly blockNumber: number; readonly status: 'success' | 'reverted' } | undefined
  /** It called the Escrow: whom that paid in it, nobody while it is in no block. */
  readonly paid?: readonly PaidRecord[]
}

/** One payment of a batch, as the contract tells it (docs/specs/04-escrow.md §4.4). */
export interface PaidRecord {
  readonly payer: Address
  readonly payee: Address
  readonly fileHash: FileHash
  readonly amount: Wei
}

export interface SentTransfer {
  /** Resolves when so many blocks lie on the one that holds it. `reverted` is a result, not an error. */
  wait(confirmations: number, signal?: AbortSignal): Promise<TransferReceipt>
}

export interface TransferReceipt {
  /** Of the version that was mined: a replacement has another than the first. */
  readonly hash: string
  readonly blockNumber: number
  readonly status: 'success' | 'reverted'
  /** What the sender paid for gas. */
  readonly fee: Wei
}
