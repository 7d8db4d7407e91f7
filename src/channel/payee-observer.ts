import type { ChannelId } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type Channel, isSettledDown } from './channel-state.ts'
import { listPayeePairs, loadPayeePair, savePayeePair } from './payee-books.ts'
import type { PayeeSettlement } from './payee-settlement.ts'
import { stepPayeeSurely } from './payee-step.ts'
import { type ReadDoubt, readSnapshot } from './snapshot.ts'
import { findKnownChannel } from './store.ts'

/** A payer that keeps sending vouchers above its deposit makes us ask the chain no more often than this. */
const MIN_REFRESH_INTERVAL_MS = 1000

export interface PayeeObserver extends ChainObserver {
  /** Looks at one channel now. Never rejects. */
  refresh(channelId: ChannelId): Promise<void>
}

/** The payee's part of following the chain. */
export function createPayeeObserver(
  deps: {
    readonly database: Database
    readonly contract: ChannelContract
    readonly clock: Clock
    readonly log: Logger
    readonly doubt: ReadDoubt
  },
  options: { readonly confirmations: number; readonly settlement: PayeeSettlement },
): PayeeObserver {
  const { database, contract, clock, log } = deps
  const refreshedAt = new Map<ChannelId, number>()
  const channels = (): Channel[] => database.read(listPayeePairs).flatMap((pair) => pair.channels)
  const observe: ChainObserver['observe'] = (channelId, snapshot) =>
    database.write((connection) => {
      const known = findKnownChannel(connection, 'payee', channelId)
      if (known === undefined) return
      const before = loadPayeePair(connection, known.counterparty)
      const { state } = stepPayeeSurely(before, { type: 'observed', channelId, snapshot })
      savePayeePair(connection, before, state)
    })
  return {
    observe,
    doubt: deps.doubt,
    confirmationsOf: (channelId) =>
      database.read((connection) => findKnownChannel(connection, 'payee', channelId)) === undefined
        ? undefined
        : options.confirmations,
    channels: () => channels().map(({ channelId }) => channelId),
    unsettledChannels: () =>
      channels()
        .filter((channel) => !isSettledDown(channel))
        .map(({ channelId }) => channelId),
    async discover() {
      // The payer shows its channel itself, in HELLO: until then it is of no use to us.
    },
    afterHead: () => options.settlement.redeemDue(),
    async refresh(channelId) {
      const now = clock.monotonic()
      if (now - (refreshedAt.get(channelId) ?? Number.NEGATIVE_INFINITY) < MIN_REFRESH_INTERVAL_MS) return
      refreshedAt.set(channelId, now)
      try {
        await observe(channelId, await readSnapshot(contract, channelId, options.confirmations, deps.doubt))
      } catch (error) {
        log.debug({ channel_id: channelId, err: error }, 'A channel could not be looked up')
      }
    },
  }
}
