import type { Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { GasFees } from './fees.ts'

/** One intention to change the chain: a nonce of ours and every version of the transaction that was signed for it. */
export interface TransactionRecord {
  readonly nonce: number
  /** Names the intention; a second `send` with it is the same transaction. */
  readonly key: string
  /** In a person's words, for `wallet history`. */
  readonly purpose: string
  /** Absent: creates a contract. */
  readonly to: Address | undefined
  /** `0x…`. */
  readonly data: string
  readonly value: Wei
  readonly gasLimit: bigint
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** At least one, oldest first; all have the same nonce, so at most one of them is ever mined. */
  readonly attempts: readonly TransactionAttempt[]
  readonly outcome: TransactionOutcome
}

export interface TransactionAttempt {
  readonly hash: string
  /** The signed bytes, `0x…`. */
  readonly raw: string
  readonly fees: GasFees
  readonly signedAt: number
}

export type TransactionOutcome =
  | { readonly phase: 'pending' }
  | {
      readonly phase: 'mined'
      /** Of the attempt that was mined. */
      readonly hash: string
      readonly status: 'success' | 'reverted'
      readonly blockNumber: number
      readonly blockHash: string
      readonly fee: Wei
      readonly contractAddress: Address | undefined
    }
  /** Another program with the same wallet used the nonce. */
  | { readonly phase: 'superseded' }
  /** No node took it, and its nonce was given to another transaction. */
  | { readonly phase: 'refused'; readonly code: string }

export type MinedOutcome = TransactionOutcome & { readonly phase: 'mined' }

/** Not mined after so many blocks, although each had room for a better offer: it pays too little by now. */
export const STUCK_AFTER_BLOCKS = 8
/** And not before this: blocks of a fast chain pass while the transaction is still on its way. */
export const STUCK_AFTER_MS = 30_000
/** A node forgets unmined transactions when it restarts; the same bytes again cost nothing. */
export const REBROADCAST_AFTER_MS = 15_000
/** Each offers a quarter more: 1.25^6 is nearly four times the first offer, and then a person should look. */
export const MAX_REPLACEMENTS = 6

/** What was seen of the chain for one record, all in one look. */
export interface TransactionObservation {
  /** The mined attempt, if any. */
  readonly mined: MinedOutcome | undefined
  /** Transactions of the account that are surely part of the chain (read before the receipts). */
  readonly settledNonce: number
  /** Since the newest attempt was signed. */
  readonly msSinceSigned: number
  /** Since the newest attempt was first offered by this process; 0 before. */
  readonly blocksSinceOffered: number
  /** Since the newest attempt was last offered; infinite before. */
  readonly msSinceOffered: number
}

export type TransactionAction =
  | { readonly kind: 'none' }
  /** Store the outcome: mined, superseded, or pending again after a reorg. */
  | { readonly kind: 'record'; readonly outcome: TransactionOutcome }
  /** The same bytes again. */
  | { readonly kind: 'rebroadcast' }
  /** Same nonce, higher fee. */
  | { readonly kind: 'replace' }

/** What to do about a record after looking at the chain. */
export function nextTransactionAction(
  record: TransactionRecord,
  observation: TransactionObservation,
): TransactionAction {
  const { outcome } = record
  if (observation.mined !== undefined)
    return outcome.phase === 'mined' && sameBlock(outcome, observation.mined)
      ? { kind: 'none' }
      : { kind: 'record', outcome: observation.mined }
  switch (outcome.phase) {
    case 'refused':
    case 'superseded':
      return { kind: 'none' }
    case 'mined':
      return { kind: 'record', outcome: { phase: 'pending' } } // a reorg took it out
    case 'pending':
      return pendingAction(record, observation)
  }
}

function pendingAction(record: TransactionRecord, observation: TransactionObservation): TransactionAction {
  if (observation.settledNonce > record.nonce) return { kind: 'record', outcome: { phase: 'superseded' } }
  const stuck = observation.blocksSinceOffered >= STUCK_AFTER_BLOCKS && observation.msSinceSigned >= STUCK_AFTER_MS
  if (stuck && record.attempts.length <= MAX_REPLACEMENTS) return { kind: 'replace' }
  return { kind: observation.msSinceOffered >= REBROADCAST_AFTER_MS ? 'rebroadcast' : 'none' }
}

function sameBlock(a: MinedOutcome, b: MinedOutcome): boolean {
  return a.hash === b.hash && a.blockHash === b.blockHash
}

/** The nonce for a new transaction: after all the chain knows and all we have reserved. */
export function nextNonce(pendingCount: number, highestReserved: number | undefined): number {
  return Math.max(pendingCount, highestReserved === undefined ? 0 : highestReserved + 1)
}
