import type { Wei } from '../../domain/amount.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import type { PaidRecord, SentTransfer } from '../transfers/transfer-chain.ts'

/** One payee of a batch, as docs/specs/04-escrow.md §4.3 has it. */
export interface BatchPayment {
  readonly payee: Address
  readonly amount: Wei
  readonly fileHash: FileHash
  /** keccak256 of the bitfield of the chunks; zeros where it is not said. */
  readonly chunksHash: Uint8Array
  /** How the chunks came; empty where it is not said. */
  readonly protocol: string
}

/**
 * What payment of many at once needs from the chain; `chain/escrow-payments.ts` implements it over the transaction queue. Reads may reject with
 * `CHAIN_UNREACHABLE`. A second `payBatch` with a key returns the first transaction, also after a restart.
 */
export interface BatchChain {
  onHead(listener: (head: { readonly number: number }) => void): () => void
  /** The most that a batch with so many payees may cost in gas at today's price. */
  feeCeiling(payees: number): Promise<Wei>
  /** The signed bytes are durable when this resolves. */
  payBatch(args: { readonly payments: readonly BatchPayment[]; readonly key: string }): Promise<SentTransfer>
  /** What was sent with this key, if anything. */
  sent(key: string): SentTransfer | undefined
  /** Whom a transaction that is on the chain paid; whoever is missing was passed over. */
  paidIn(transaction: { readonly hash: string; readonly blockNumber: number }): Promise<readonly PaidRecord[]>
}
