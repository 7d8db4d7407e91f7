import { subtractWei, type Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { Connection } from '../system/database.ts'
import { findChannel } from './books.ts'
import {
  bookIncrement,
  boughtElsewhere,
  loadBudgetView,
  loadShare,
  prepaidElsewhere,
  type ShareKey,
} from './budget-store.ts'
import { decodePayerPair, encodePayerPair } from './codec.ts'
import type { ChunkRef } from './delivery-store.ts'
import { newPayerPair, type PayerPair } from './payer-state.ts'
import { type PayerEvent, type PayerOutcome, type SignEffect, stepPayer } from './payer-step.ts'
import { listPairs, loadPair, markChannelClosed, savePair } from './store.ts'

/** Loads, steps and saves payer pairs inside a transaction of the caller. */

export function loadPayerPair(connection: Connection, payee: Address): PayerPair {
  const key = { role: 'payer', counterparty: payee } as const
  return loadPair(connection, key, (text) => decodePayerPair(payee, text)) ?? newPayerPair(payee)
}

export function listPayerPairs(connection: Connection): PayerPair[] {
  return listPairs(connection, 'payer', decodePayerPair)
}

/** A rejection changes nothing. */
export function applyToPayer(connection: Connection, payee: Address, event: PayerEvent): PayerOutcome {
  const before = loadPayerPair(connection, payee)
  const outcome = stepPayer(before, event)
  if (outcome.kind === 'transition' && outcome.state !== before) savePayerPair(connection, before, outcome.state)
  return outcome
}

/** What signing for a share does, in one transaction: V, the share and the budget. */
export function applySigning(connection: Connection, key: ShareKey, event: PayerEvent): PayerOutcome {
  const outcome = applyToPayer(connection, key.payee, event)
  const effect = signEffect(outcome)
  if (effect !== undefined) bookIncrement(connection, key, effect.increment)
  return outcome
}

export function signEffect(outcome: PayerOutcome): SignEffect | undefined {
  return outcome.kind === 'transition' ? outcome.effects[0] : undefined
}

/** The event of one request, with what the budget says of it now. */
export function authorizeEvent(
  connection: Connection,
  key: ShareKey,
  request: Pick<
    Extract<PayerEvent, { type: 'authorize' }>,
    'price' | 'required' | 'prepaymentCap' | 'prepays' | 'allocationId'
  >,
): PayerEvent {
  return {
    type: 'authorize',
    ...request,
    budget: loadBudgetView(connection, key),
    unprovenElsewhere: countUnproven(connection, key),
  }
}

/**
 * The chunks that a payee counts in its D, and others were paid for, each with the most that it can be of D.
 * SPEC 01 §5.4: "A payer SHOULD ask for that when it joins a payee whose D is above R".
 */
export function duplicatesAt(
  connection: Connection,
  payee: Address,
  { committed, recent }: { readonly committed: Wei; readonly recent: readonly ChunkRef[] },
): (ChunkRef & { readonly price: Wei })[] {
  const price = subtractWei(committed, loadPayerPair(connection, payee).verified)
  if (price === 0n) return []
  return boughtElsewhere(connection, payee, recent).map((chunk) => ({ ...chunk, price }))
}

function countUnproven(connection: Connection, key: ShareKey): number {
  // Only a first prepayment to a payee that never delivered is counted, so most requests need no further look.
  if (loadPayerPair(connection, key.payee).verified > 0n || loadShare(connection, key).signed > 0n) return 0
  return prepaidElsewhere(connection, key).filter((payee) => loadPayerPair(connection, payee).verified === 0n).length
}

function savePayerPair(connection: Connection, before: PayerPair, after: PayerPair): void {
  savePair(connection, { role: 'payer', counterparty: after.payee }, after, encodePayerPair)
  for (const { channelId } of before.channels) {
    const now = findChannel(after, channelId)
    if (now === undefined || now.phase === 'closed') markChannelClosed(connection, 'payer', channelId)
  }
}
