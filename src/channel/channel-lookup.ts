import { type ConfirmationRule, confirmationsFor } from '../domain/confirmation-rule.ts'
import { ChiralError } from '../domain/errors.ts'
import type { ChannelId } from '../domain/ids.ts'
import type { Database } from '../system/database.ts'
import type { ChannelContract } from './channel-contract.ts'
import type { ChainSnapshot } from './channel-state.ts'
import { type ReadDoubt, readSnapshot } from './snapshot.ts'
import { findKnownChannel } from './store.ts'

/**
 * What the chain shows of a channel that a payer speaks of.
 * @throws ChiralError `CHANNEL_CLOSING` (it was closed), `CHANNEL_UNKNOWN` (not on chain, or not confirmed), `SPLIT_SUSPECTED`,
 * `CHAIN_UNREACHABLE`
 */
export async function lookUpChannel(
  context: {
    readonly database: Database
    readonly contract: ChannelContract
    readonly rule: ConfirmationRule
    readonly doubt: ReadDoubt
  },
  channelId: ChannelId,
): Promise<ChainSnapshot> {
  const { database, contract, rule, doubt } = context
  const known = database.read((connection) => findKnownChannel(connection, 'payee', channelId))
  // A Close signature that we gave for its first life would be valid again.
  if (known?.closed === true)
    throw new ChiralError('CHANNEL_CLOSING', `The channel ${channelId} was closed: open one with another salt.`, {
      details: { channelId },
    })
  const snapshot = await readSnapshot(contract, channelId, rule, doubt)
  if (doubt() !== undefined && known === undefined && snapshot.confirmed === 0n)
    throw new ChiralError(
      'SPLIT_SUSPECTED',
      `The chain may be split: the channel ${channelId} is not counted until that is over.`,
      { details: { channelId } },
    )
  if (snapshot.head === undefined)
    throw new ChiralError('CHANNEL_UNKNOWN', `There is no channel ${channelId} on the chain: open it first.`, {
      details: { channelId },
    })
  if (known === undefined && snapshot.confirmed === 0n) {
    const confirmations = confirmationsFor(rule, snapshot.head.deposit)
    throw new ChiralError(
      'CHANNEL_UNKNOWN',
      `The channel ${channelId} has fewer than ${confirmations} confirmations: try again when it has them.`,
      { details: { channelId, confirmations } },
    )
  }
  return snapshot
}
