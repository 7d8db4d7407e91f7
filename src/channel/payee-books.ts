import { addWei, subtractWei, type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { Address, ChannelId } from '../domain/ids.ts'
import type { Voucher } from '../domain/voucher.ts'
import type { Connection } from '../system/database.ts'
import { findChannel, spendable, vouchered } from './books.ts'
import type { Channel } from './channel-state.ts'
import { decodePayeePair, encodePayeePair } from './codec.ts'
import { type ChunkRef, forgetDelivery, recentDeliveries, saveDelivery } from './delivery-store.ts'
import { atRisk, type CreditPool, creditOf, isStranger, newPayeePair, type PayeePair } from './payee-state.ts'
import type { PayeeEffect } from './payee-step.ts'
import { listPairs, loadPair, loadTotal, markChannelClosed, savePair, saveTotal } from './store.ts'

/** Loads and saves payee pairs inside a transaction of the caller. */

/** Σ over all payers of D − V where D is larger. */
const AT_RISK_TOTAL = 'payee-at-risk'
/** The part of it that strangers owe. */
const STRANGERS_TOTAL = 'payee-strangers-at-risk'

/** The payee's books for one payer, as told to that payer alone; see `AccountStatus` in src/in-band/payments.ts. */
export interface PayeeStatus {
  readonly vouchered: PayeePair['committed']
  readonly committed: PayeePair['committed']
  readonly credit: PayeePair['committed']
  readonly spendable: PayeePair['committed']
  readonly recent: readonly ChunkRef[]
  /** The payer's best voucher on the channel it spoke of, for a payer that lost it. */
  readonly best?: Voucher
  /** The part of V that came by coin transfers. */
  readonly transferred?: PayeePair['committed']
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
  const strangersAtRisk = loadTotal(connection, STRANGERS_TOTAL)
  return { atRisk: loadTotal(connection, AT_RISK_TOTAL), strangersAtRisk, cap, splitSuspected }
}

/** Saves the pair with everything that is counted over all pairs. */
export function savePayeePair(connection: Connection, before: PayeePair, after: PayeePair): void {
  if (after === before) return
  savePair(connection, { role: 'payee', counterparty: after.payer }, after, encodePayeePair)
  moveTotal(connection, AT_RISK_TOTAL, atRisk(before), atRisk(after))
  moveTotal(connection, STRANGERS_TOTAL, atRiskOfStranger(before), atRiskOfStranger(after))
  for (const { channelId } of before.channels) {
    const now = findChannel(after, channelId)
    if (now === undefined || now.phase === 'closed') markChannelClosed(connection, 'payee', channelId)
  }
}

function moveTotal(connection: Connection, name: string, before: Wei, after: Wei): void {
  if (before !== after) saveTotal(connection, name, addWei(subtractWei(loadTotal(connection, name), before), after))
}

function atRiskOfStranger(pair: PayeePair): Wei {
  return isStranger(pair) ? atRisk(pair) : ZERO_WEI
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

/** `channelId`: the one that the payer spoke of, if any. */
export function statusOf(
  connection: Connection,
  pair: PayeePair,
  channelId: ChannelId | undefined,
  pool: CreditPool,
): PayeeStatus {
  return {
    vouchered: vouchered(pair),
    committed: pair.committed,
    credit: creditOf(pair, pool),
    spendable: channelId === undefined ? vouchered(pair) : spendable(pair, channelId),
    recent: recentDeliveries(connection, pair.payer),
    ...(channelId === undefined ? {} : bestOn(findChannel(pair, channelId))),
    ...(pair.transferred === undefined ? {} : { transferred: pair.transferred }),
  }
}

function bestOn(channel: Channel | undefined): { best?: Voucher } {
  if (channel?.signature === undefined) return {}
  const { channelId, best: cumulativeAmount, signature } = channel
  return { best: { channelId, cumulativeAmount, signature } }
}
