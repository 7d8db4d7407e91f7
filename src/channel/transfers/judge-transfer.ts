import { MAX_CHANNEL_AMOUNT, type Wei, wei } from '../../domain/amount.ts'
import { equalBytes } from '../../domain/bytes.ts'
import { type Address, type FileHash, fileHashBytes } from '../../domain/ids.ts'
import type { PaidRecord, SeenTransfer } from './transfer-chain.ts'

/** What a payer says of a transaction; that it is signed by `payer` was checked. */
export interface TransferClaim {
  readonly payer: Address
  readonly payee: Address
  readonly fileHash: FileHash
}

/** How the payee counts. */
export interface TransferTerms {
  readonly chainId: number
  readonly headNumber: number
  readonly confirmations: number
  /** What came onto the chain after this block does not count while the chain may be split. */
  readonly firmBlock: number | undefined
}

export type TransferVerdict =
  | { readonly kind: 'counts'; readonly amount: Wei; readonly blockNumber: number }
  /** It lacks so many blocks; one more when it is in none. */
  | { readonly kind: 'waits'; readonly blocksLeft: number }
  /** It is deep enough, but not on the last block without doubt. */
  | { readonly kind: 'held' }
  | { readonly kind: 'invalid'; readonly why: string }

/** Pure. SPEC 01 §10: what a transfer must be to count. */
export function judgeTransfer(
  seen: SeenTransfer | undefined,
  claim: TransferClaim,
  terms: TransferTerms,
): TransferVerdict {
  // A node may not have heard of it yet.
  if (seen === undefined) return { kind: 'waits', blocksLeft: terms.confirmations + 1 }
  const { paid } = seen
  if (paid !== undefined) return judgeBatch({ ...seen, paid }, claim, terms)
  const why = whyInvalid(seen, claim, terms)
  if (why !== undefined) return { kind: 'invalid', why }
  return judgeDepth(seen, seen.amount, terms)
}

/** SPEC 01 §10.7: "all that it paid from this payer to this payee counts, once" */
function judgeBatch(
  seen: SeenTransfer & { readonly paid: readonly PaidRecord[] },
  { payer, payee, fileHash }: TransferClaim,
  terms: TransferTerms,
): TransferVerdict {
  const invalid = (why: string): TransferVerdict => ({ kind: 'invalid', why })
  if (seen.from !== payer) return invalid(`it was sent by ${seen.from}, not by ${payer}`)
  if (seen.mined?.status === 'reverted') return invalid('it failed')
  const records = seen.paid.filter((record) => record.payer === payer && record.payee === payee)
  const amount = records.reduce((sum, record) => sum + record.amount, 0n)
  if (seen.mined !== undefined) {
    if (amount === 0n) return invalid(`it paid ${payee} nothing`)
    if (!records.some((record) => record.fileHash === fileHash)) return invalid('it paid for another file')
    if (amount > MAX_CHANNEL_AMOUNT) return invalid('it moved more than 96 bits of wei')
  }
  return judgeDepth(seen, wei(amount), terms)
}

function judgeDepth(
  { mined }: SeenTransfer,
  amount: Wei,
  { confirmations, headNumber, firmBlock }: TransferTerms,
): TransferVerdict {
  if (mined === undefined) return { kind: 'waits', blocksLeft: confirmations + 1 }
  const { blockNumber } = mined
  const blocksLeft = blockNumber + confirmations - headNumber
  if (blocksLeft > 0) return { kind: 'waits', blocksLeft }
  return firmBlock !== undefined && blockNumber > firmBlock ? { kind: 'held' } : { kind: 'counts', amount, blockNumber }
}

function whyInvalid(seen: SeenTransfer, claim: TransferClaim, { chainId }: TransferTerms): string | undefined {
  if (seen.from !== claim.payer) return `it was sent by ${seen.from}, not by ${claim.payer}`
  if (seen.to === undefined) return 'it creates a contract'
  if (seen.to !== claim.payee) return `it pays ${seen.to}`
  if (seen.chainId !== chainId) return 'it is not bound to this chain'
  if (!equalBytes(seen.data, fileHashBytes(claim.fileHash))) return 'its calldata is not the file hash'
  if (seen.amount === 0n) return 'it moves no coin'
  if (seen.amount > MAX_CHANNEL_AMOUNT) return 'it moves more than 96 bits of wei'
  return seen.mined?.status === 'reverted' ? 'it failed' : undefined
}
