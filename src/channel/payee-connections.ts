import type { Wei } from '../domain/amount.ts'
import type { Address } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Connection, Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import { findPayeePair, listPayeePairs, savePayeePair } from './payee-books.ts'
import { atRisk, DEFAULT_AFTER_MS, type PayeePair } from './payee-state.ts'
import { stepPayeeSurely } from './payee-step.ts'

/** Which payers are connected: when the last connection of one ends, the minute begins after which what it owes is a default. */
export interface PayeeConnections {
  /** Counts a connection; the pair is judged by how it was left before. To be called inside the transaction that saves the pair. */
  begin(pair: PayeePair): PayeePair
  /** The transaction of `begin` is durable. */
  began(payer: Address): void
  ended(payer: Address): void
  debtors(): { payer: Address; owed: Wei; defaulted: boolean }[]
  stop(): void
}

export function createPayeeConnections({
  database,
  clock,
  log,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}): PayeeConnections {
  const open = new Map<Address, number>()
  const timers = new Map<Address, () => void>()

  const change = (payer: Address, type: 'ended' | 'looked'): void => {
    database
      .write((connection: Connection) => {
        const before = findPayeePair(connection, payer)
        if (before === undefined) return false // it asked, and got nothing
        const { state } = stepPayeeSurely(before, { type, at: clock.now() })
        savePayeePair(connection, before, state)
        return state.defaulted && !before.defaulted
      })
      .then((defaulted) => {
        if (defaulted) log.warn({ payer }, 'A payer left without paying: no more credit for it')
      })
      // Nothing is lost: the pair is judged again when the payer comes back.
      .catch((error: unknown) => log.error({ payer, err: error }, 'The end of a connection could not be stored'))
  }
  const cancel = (payer: Address): void => {
    timers.get(payer)?.()
    timers.delete(payer)
  }
  return {
    begin(pair) {
      if ((open.get(pair.payer) ?? 0) > 0) return pair
      return stepPayeeSurely(pair, { type: 'connected', at: clock.now() }).state
    },
    began(payer) {
      cancel(payer)
      open.set(payer, (open.get(payer) ?? 0) + 1)
    },
    ended(payer) {
      const left = (open.get(payer) ?? 0) - 1
      if (left > 0) {
        open.set(payer, left)
        return
      }
      open.delete(payer)
      change(payer, 'ended')
      cancel(payer)
      timers.set(
        payer,
        clock.schedule(DEFAULT_AFTER_MS, () => {
          timers.delete(payer)
          change(payer, 'looked')
        }),
      )
    },
    debtors: () =>
      database
        .read(listPayeePairs)
        .filter((pair) => atRisk(pair) > 0n)
        .map((pair) => ({ payer: pair.payer, owed: atRisk(pair), defaulted: pair.defaulted })),
    stop() {
      for (const payer of [...timers.keys()]) cancel(payer)
    },
  }
}
