import type { ChannelId } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import type { Logger } from '../system/logger.ts'
import type { Signer } from '../system/signer.ts'
import { findChannel } from './books.ts'
import type { ChainObserver } from './chain-observer.ts'
import { type Channel, isSettledDown } from './channel-state.ts'
import { applyToPayer, listPayerPairs, loadPayerPair } from './payer-books.ts'
import type { PayerExit } from './payer-exit.ts'
import { findKnownChannel, rememberChannel } from './store.ts'

/** A channel found on chain without any memory of it: deep enough for every chain of `chains.json`. */
const RECOVERED_CONFIRMATIONS = 12

export interface PayerObserver extends ChainObserver {
  closed(channelId: ChannelId, signal: AbortSignal): Promise<void>
}

/** The payer's part of following the chain. */
export function createPayerObserver(
  { database, signer, log }: { readonly database: Database; readonly signer: Signer; readonly log: Logger },
  exit: PayerExit,
): PayerObserver {
  const listeners = new Set<() => void>()
  const channels = (): Channel[] => database.read(listPayerPairs).flatMap((pair) => pair.channels)
  const isClosed = (channelId: ChannelId): boolean =>
    database.read((connection) => findKnownChannel(connection, 'payer', channelId)?.closed === true)
  return {
    doubt: () => undefined, // it is the payee who may lose what is not firm
    ruleOf: (channelId) =>
      database.read((connection) => {
        const known = findKnownChannel(connection, 'payer', channelId)
        if (known === undefined) return undefined
        return findChannel(loadPayerPair(connection, known.counterparty), channelId)
      }),
    channels: () => channels().map(({ channelId }) => channelId),
    unsettledChannels: () =>
      channels()
        .filter((channel) => !isSettledDown(channel))
        .map(({ channelId }) => channelId),
    async observe(channelId, snapshot) {
      await database.write((connection) => {
        const known = findKnownChannel(connection, 'payer', channelId)
        if (known !== undefined) applyToPayer(connection, known.counterparty, { type: 'observed', channelId, snapshot })
      })
      for (const listener of [...listeners]) listener()
    },
    async discover({ channelId, payer, payee, salt }) {
      if (payer !== signer.address) return
      const recovered = await database.write((connection) => {
        if (findKnownChannel(connection, 'payer', channelId) !== undefined) return false
        rememberChannel(connection, 'payer', { channelId, counterparty: payee, salt })
        const confirmations = RECOVERED_CONFIRMATIONS
        applyToPayer(connection, payee, { type: 'recovered', channelId, salt, confirmations })
        return true
      })
      if (recovered)
        log.warn(
          { channel_id: channelId, payee },
          'Found a channel of this wallet that was forgotten: its payee is asked for the vouchers when it is bought from',
        )
    },
    closed: (channelId, signal) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          listeners.delete(check)
          signal.removeEventListener('abort', onAbort)
          settle()
        }
        const check = (): void => {
          if (isClosed(channelId)) finish(resolve)
        }
        const onAbort = (): void => finish(() => reject(signal.reason))
        if (signal.aborted) return onAbort()
        signal.addEventListener('abort', onAbort, { once: true })
        listeners.add(check)
        check()
      }),
    afterHead: (head) => exit.withdrawDue(head),
  }
}
