import { addWei, subtractWei } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Connection } from '../system/database.ts'
import { findChannel, spendable, vouchered } from './books.ts'
import { decodePayeePair, encodePayeePair } from './codec.ts'
import { type ChunkRef, forgetDelivery, recentDeliveries, saveDelivery } from './delivery-store.ts'
import { atRisk, type CreditPool, creditOf, newPayeePair, type PayeePair } from './payee-state.ts'
import type { PayeeEffect } from './payee-step.ts'
import { listPairs, loadPair, loadTotal, markChannelClosed, savePair, saveTotal } from './store.ts'

/** Loads and saves payee pairs inside a transaction of the caller. */

/** Σ over all payers of D − V where D is larger. */
const AT_RISK_TOTAL = 'payee-at-risk'

/** The payee's books for one payer, as told to that payer alone; see `AccountStatus` in src/in-band/payments.ts. */
export interface PayeeStatus {
  readonly vouchered: PayeePair['committed']
  readonly committed: PayeePair['committed']
  readonly credit: PayeePair['committed']
  readonly spendable: PayeePair['committed']
  readonly recent: readonly ChunkRef[]
}

export function findPayeePair(connection: Connection, payer: Address): PayeePair | undefined {
  return loadPair(connection, { role: 'payee', counterparty: payer }, (text) => decodePayeePair(payer, text))
}

export function loadPayeePair(connection: Connection, payer: Address): PayeePair {
  return findPayeePair(connection, payer) ?? newPayeePair(payer)
}

export function listPayeePairs(connection: Connection): PayeePair[] {
  return listPairs(connection, 'payee', decodePayeePair)
}

export function loadPool(
  connection: Connection,
  { cap, splitSuspected }: Pick<CreditPool, 'cap' | 'splitSuspected'>,
): CreditPool {
  return { atRisk: loadTotal(connection, AT_RISK_TOTAL), cap, splitSuspected }
}

/** Saves the pair with everything that is counted over all pairs. */
export function savePayeePair(connection: Connection, before: PayeePair, after: PayeePair): void {
  if (after === before) return
  savePair(connection, { role: 'payee', counterparty: after.payer }, after, encodePayeePair)
  const [riskBefore, riskAfter] = [atRisk(before), atRisk(after)]
  if (riskBefore !== riskAfter) {
    const total = loadTotal(connection, AT_RISK_TOTAL)
    saveTotal(connection, AT_RISK_TOTAL, addWei(subtractWei(total, riskBefore), riskAfter))
  }
  for (const { channelId } of before.channels) {
    const now = findChannel(after, channelId)
    if (now === undefined || now.phase === 'closed') markChannelClosed(connection, 'payee', channelId)
  }
}

/** What a step decided about the chunk's record. */
export function saveEffects(
  connection: Connection,
  payer: Address,
  chunk: ChunkRef,
  effects: readonly PayeeEffect[],
): void {
  for (const effect of effects) {
    switch (effect.kind) {
      case 'record':
        saveDelivery(connection, payer, chunk, effect.delivery)
        break
      case 'forget':
        forgetDelivery(connection, payer, chunk)
        break
    }
  }
}

export function statusOf(connection: Connection, pair: PayeePair, channelId: ChannelId, pool: CreditPool): PayeeStatus {
  return {
    vouchered: vouchered(pair),
    committed: pair.committed,
    credit: creditOf(pair, pool),
    spendable: spendable(pair, channelId),
    recent: recentDeliveries(connection, pair.payer),
  }
}
