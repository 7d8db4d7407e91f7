import type { ConfirmationRule } from '../domain/confirmation-rule.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { Clock } from '../system/clock.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import type { ChainObserver } from './chain-observer.ts'
import type { ChannelContract } from './channel-contract.ts'
import { type Channel, isSettledDown } from './channel-state.ts'
import { listPayeePairs, loadPayeePair, savePayeePair } from './payee-books.ts'
import type { PayeeSettlement } from './payee-settlement.ts'
import { stepPayeeSurely } from './payee-step.ts'
import { type ReadDoubt, readSnapshot } from './snapshot.ts'
import { findKnownChannel, rememberChannel } from './store.ts'

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
    readonly signer: Signer
    readonly contract: ChannelContract
    readonly clock: Clock
    readonly log: Logger
    readonly doubt: ReadDoubt
  },
  options: { readonly rule: ConfirmationRule; readonly settlement: PayeeSettlement },
): PayeeObserver {
  const { database, signer, contract, clock, log } = deps
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
    ruleOf: (channelId) =>
      database.read((connection) => findKnownChannel(connection, 'payee', channelId)) === undefined
        ? undefined
        : options.rule,
    channels: () => channels().map(({ channelId }) => channelId),
    unsettledChannels: () =>
      channels()
        .filter((channel) => !isSettledDown(channel))
        .map(({ channelId }) => channelId),
    async discover({ channelId, payer, payee, salt }, { isFirstLook }) {
      // Later the payer shows its channel itself, in HELLO: until then it is of no use to us.
      if (!isFirstLook || payee !== signer.address) return
      await database.write((connection) => {
        if (findKnownChannel(connection, 'payee', channelId) !== undefined) return
        rememberChannel(connection, 'payee', { channelId, counterparty: payer, salt })
        const before = loadPayeePair(connection, payer)
        const { state } = stepPayeeSurely(before, { type: 'recovered', channelId, salt, ...options.rule })
        savePayeePair(connection, before, state)
      })
    },
    afterHead: (head) => options.settlement.redeemDue({ head }),
    async refresh(channelId) {
      const now = clock.monotonic()
      if (now - (refreshedAt.get(channelId) ?? Number.NEGATIVE_INFINITY) < MIN_REFRESH_INTERVAL_MS) return
      refreshedAt.set(channelId, now)
      try {
        await observe(channelId, await readSnapshot(contract, channelId, options.rule, deps.doubt))
      } catch (error) {
        log.debug({ channel_id: channelId, err: error }, 'A channel could not be looked up')
      }
    },
  }
}
