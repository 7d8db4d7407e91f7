import type { EscrowIncome } from '../chain/escrow-income.ts'
import type { TransactionRecord } from '../chain/transaction-state.ts'
import type { ReturnedPayment } from '../channel/batches/batch-store.ts'
import type { ChannelEvent } from '../channel/channel-contract.ts'
import type { CountedTransfer } from '../channel/transfers/transfer-store.ts'
import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { HistoryEntry } from './types.ts'

/** One transaction of ours, as the queue remembers it. */
export interface OwnTransaction {
  readonly at: number
  readonly purpose: string
  readonly hash: string
  readonly value: Wei
  readonly fee: Wei
  /** `undefined` while it is not mined. */
  readonly blockNumber: number | undefined
  readonly reverted: boolean
}

export function ownTransactionOf({ createdAt, purpose, value, attempts, outcome }: TransactionRecord): OwnTransaction {
  const mined = outcome.phase === 'mined' ? outcome : undefined
  return {
    at: createdAt,
    purpose,
    hash: mined?.hash ?? attempts[0]?.hash ?? '',
    value,
    fee: mined?.fee ?? ZERO_WEI,
    blockNumber: mined?.blockNumber,
    reverted: mined?.status === 'reverted',
  }
}

/** Test coin that was handed out. */
export interface Funding {
  readonly at: number
  readonly amount: Wei
}

/**
 * Why the wallet holds what it holds: our transactions, what channels paid to us or gave back, test coin. Whatever these do not
 * explain came or went by other programs with the same key, and is one line of its own, so that the sum is the balance.
 */
export function explainBalance(facts: {
  account: Address
  balance: Wei
  now: number
  transactions: readonly OwnTransaction[]
  /** Events of the channels we are a party of, in chain order. */
  events: readonly ChannelEvent[]
  fundings: readonly Funding[]
  /** Coin transfers to us that were counted. */
  received: readonly CountedTransfer[]
  /** What came to us from escrows. */
  escrowed?: readonly EscrowIncome[]
  /** What payees of our batches did not take. */
  returned: readonly ReturnedPayment[]
  /** Milliseconds since 1970 of a block. */
  timeOf(blockNumber: number): number
}): HistoryEntry[] {
  const entries = [
    ...facts.fundings.map(({ at, amount }) => ({ ...blank(at), kind: 'fund', change: amount, note: 'test coin' })),
    ...facts.transactions.filter(({ blockNumber }) => blockNumber !== undefined).map(ownEntry),
    ...channelEntries(facts),
    ...facts.returned.flatMap((payment) => returnedEntry(payment, facts.transactions) ?? []),
    ...facts.received.map((transfer) => receivedEntry(transfer, facts.timeOf(transfer.blockNumber))),
    ...(facts.escrowed ?? []).map((income) => escrowEntry(income, facts.timeOf(income.blockNumber))),
  ].toSorted((a, b) => a.at - b.at)
  const known = entries.reduce((sum, { change }) => sum + change, 0n)
  const rest = facts.balance - known
  if (rest === 0n) return entries
  return [...entries, { ...blank(facts.now), kind: 'other', change: rest, note: 'moved by other programs' }]
}

function blank(at: number): { at: number; fee: Wei } {
  return { at, fee: ZERO_WEI }
}

function ownEntry(transaction: OwnTransaction): HistoryEntry {
  const { at, purpose, hash, value, fee, blockNumber, reverted } = transaction
  return {
    at,
    kind: 'transaction',
    change: -(fee + (reverted ? 0n : value)),
    fee,
    transactionHash: hash,
    blockNumber,
    note: reverted ? `${purpose} (reverted)` : purpose,
  }
}

function receivedEntry(transfer: CountedTransfer, at: number): HistoryEntry {
  const { transactionHash, payer: peer, fileHash, amount: change, blockNumber } = transfer
  return { ...blank(at), kind: 'transfer', change, transactionHash, blockNumber, peer, note: `paid for ${fileHash}` }
}

function escrowEntry(
  { kind, amount, fileHash, payer, blockNumber, transactionHash }: EscrowIncome,
  at: number,
): HistoryEntry {
  const [peer, note] =
    kind === 'redeemed'
      ? [{ peer: payer }, `receipts redeemed: ${fileHash}`]
      : [{}, `unspent of the escrow for ${fileHash}`]
  return {
    ...blank(at),
    kind: kind === 'redeemed' ? 'redeemed' : 'refund',
    change: amount,
    transactionHash,
    blockNumber,
    ...peer,
    note,
  }
}

function returnedEntry(
  { transactionHash, payee: peer, amount: change }: ReturnedPayment,
  transactions: readonly OwnTransaction[],
): HistoryEntry | undefined {
  const { at, blockNumber } = transactions.find(({ hash }) => hash === transactionHash) ?? {}
  if (at === undefined) return undefined
  return { ...blank(at), kind: 'returned', change, transactionHash, blockNumber, peer, note: 'payment not taken' }
}

/** What the contract paid to us: redeemed vouchers and what a close settled as payee, what was left as payer. */
function channelEntries({ account, events, timeOf }: Parameters<typeof explainBalance>[0]): HistoryEntry[] {
  const parties = new Map<ChannelId, { payer: Address; payee: Address }>()
  const settled = new Map<ChannelId, Wei>()
  const entries: HistoryEntry[] = []
  for (const event of events) {
    if (event.kind === 'opened') {
      parties.set(event.channelId, event)
      settled.set(event.channelId, ZERO_WEI)
    }
    const channel = parties.get(event.channelId)
    if (channel === undefined) continue
    const add = (kind: string, change: bigint, peer: Address, note: string): void => {
      if (change === 0n) return
      const { channelId, transactionHash, blockNumber } = event
      entries.push({ ...blank(timeOf(blockNumber)), kind, change, transactionHash, blockNumber, channelId, peer, note })
    }
    if (event.kind === 'redeemed') {
      if (channel.payee === account) add('redeemed', event.amount, channel.payer, 'vouchers redeemed')
      settled.set(event.channelId, event.settled)
    }
    if (event.kind === 'closed') {
      const paid = event.settled - (settled.get(event.channelId) ?? 0n)
      if (channel.payee === account) add('closed', paid, channel.payer, 'channel closed: paid to us')
      if (channel.payer === account) add('refund', event.refund, channel.payee, 'channel closed: unspent deposit')
      parties.delete(event.channelId)
    }
  }
  return entries
}
