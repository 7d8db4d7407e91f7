import { addWei, maxWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import type { Address, FileHash } from '../../domain/ids.ts'
import { vouchered } from '../books.ts'
import type { BudgetView } from '../budget.ts'
import type { PayerPair } from '../payer-state.ts'
import type { TransferDecision } from '../transfers/transfer-plan.ts'

/** Payees that one transaction pays: were each of them to burn all the gas it is given, the batch would still fit 4,000,000 (04 §6). */
export const MAX_PAYMENTS = 38

/** What one download has of a payee, and no payment names yet. */
export interface UnpaidFile {
  readonly downloadId: string
  readonly fileHash: FileHash
  readonly chunkCount: number
  readonly chunks: readonly { readonly chunkIndex: number; readonly price: Wei }[]
  /** How they came; empty where several ways did. */
  readonly protocol: string
  /** How deep the payee wants a payment to lie. */
  readonly confirmations: number
}

export interface Debt {
  readonly payee: Address
  /** R − V. */
  readonly owed: Wei
  readonly files: readonly UnpaidFile[]
}

export interface BatchItem {
  readonly payee: Address
  readonly amount: Wei
  readonly downloadId: string
  readonly fileHash: FileHash
  /** The chunks that the amount pays for, to the wei; absent where it pays for others too. */
  readonly chunks?: Bitfield
  readonly protocol: string
  readonly confirmations: number
}

/**
 * One payment for each payee, of all that is owed to it: the largest first, at most `most`. Pure.
 *
 * SPEC 01 §10.7: "The payer MUST NOT name a payee twice in a batch": its amount may be for several files, and names the one it is most for.
 */
export function planBatch(debts: readonly Debt[], most: number): BatchItem[] {
  return debts
    .flatMap((debt) => itemOf(debt) ?? [])
    .toSorted((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0))
    .slice(0, Math.min(most, MAX_PAYMENTS))
}

function itemOf({ payee, owed, files }: Debt): BatchItem | undefined {
  if (owed === 0n) return undefined
  const [first, ...others] = files.toSorted((a, b) => (priceOf(a) > priceOf(b) ? -1 : 1))
  if (first === undefined) return undefined
  const confirmations = Math.max(...files.map((file) => file.confirmations))
  const { downloadId, fileHash, protocol } = first
  const common = { payee, amount: owed, downloadId, fileHash, confirmations }
  const isExact = priceOf(first) === owed && others.every((file) => priceOf(file) === 0n)
  return isExact ? { ...common, protocol, chunks: chunksOf(first) } : { ...common, protocol: '' }
}

function chunksOf({ chunkCount, chunks }: UnpaidFile): Bitfield {
  const bits = new Bitfield(chunkCount)
  for (const { chunkIndex } of chunks) bits.add(chunkIndex)
  return bits
}

function priceOf({ chunks }: UnpaidFile): Wei {
  return chunks.reduce((sum, { price }) => addWei(sum, price), ZERO_WEI)
}

/** What an account that pays afterwards says to a request of `price`, for which the payee wants V ≥ `required`. Pure: nothing is signed for it. */
export function coverOnCredit(
  pair: PayerPair,
  { price, required }: { readonly price: Wei; readonly required: Wei },
  { share, ceiling }: BudgetView,
): Exclude<TransferDecision, 'VERIFY_FIRST'> {
  // SPEC 01 §10.7: "The payer asks for what credit covers": the rest when a payment counts.
  if (required > vouchered(pair)) return 'DEPOSIT_EXHAUSTED'
  return maxWei(share.signed, addWei(share.verified, price)) > ceiling ? 'BUDGET_EXHAUSTED' : 'covered'
}
