import { minWei } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, ChannelId, EscrowId } from '../../domain/ids.ts'
import type { Release } from '../../domain/receipt.ts'
import type { Database } from '../../system/database.ts'
import { findChannel } from '../books.ts'
import { type AgreedEnd, agreedEndOf, contribution } from '../channel-state.ts'
import { loadPayeePair, savePayeePair } from '../payee-books.ts'
import { decideRelease } from '../payee-close.ts'
import type { Escrow } from './escrow-chain.ts'

/**
 * Gives back what the payee will not earn of an allocation: it keeps what its best receipt says, or what was agreed where no more is owed, and redeems that
 * later, by its policy. Nothing is sold on it any more, durably, before the release leaves.
 *
 * @throws ChiralError `CHANNEL_UNKNOWN`, `CHAIN_UNREACHABLE`
 */
export async function releaseAllocation(
  { database, seeder, escrow }: { readonly database: Database; readonly seeder: Address; readonly escrow: Escrow },
  end: {
    readonly channelId: ChannelId
    readonly escrowId: EscrowId
    readonly payer: Address
    readonly agreed: AgreedEnd | undefined
  },
): Promise<Release> {
  const { channelId, escrowId, payer, agreed } = end
  const kept = await database.write((connection) => {
    const before = loadPayeePair(connection, payer)
    const state = decideRelease(before, channelId, agreed)
    const channel = state && findChannel(state, channelId)
    if (state === undefined || channel?.phase !== 'closing') throw unknown(escrowId)
    savePayeePair(connection, before, state)
    return agreedEndOf(channel)?.settled ?? contribution(channel)
  })
  const allocation = await escrow.chain.allocation(escrowId, seeder)
  if (allocation === undefined) throw unknown(escrowId)
  const { allocated, nonce } = allocation
  // SPEC 04 §5: "MUST NOT release below what it is owed".
  return escrow.papers.signRelease({ escrowId, seeder, allocated: minWei(kept, allocated), nonce })
}

function unknown(escrowId: EscrowId): ChiralError {
  return new ChiralError('CHANNEL_UNKNOWN', `Nothing of the escrow ${escrowId} pays this wallet.`, {
    details: { escrowId },
  })
}
