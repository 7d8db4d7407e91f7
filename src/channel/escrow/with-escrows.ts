import type { Database } from '../../system/database.ts'
import type { ChannelContract } from '../channel-contract.ts'
import { asChannel } from './allocation.ts'
import type { Escrow, EscrowSite } from './escrow-chain.ts'
import { findAllocation, type NamedAllocation } from './escrow-store.ts'

/**
 * The contract of the channels, which knows the allocations of escrows as well: whoever looks at a channel need not know which of the two it is. What
 * is sent to the chain differs, and goes its own way.
 */
export function withEscrows(contract: ChannelContract, site: EscrowSite, database: Database): ChannelContract {
  return {
    ...contract,
    async channel(channelId, atBlock) {
      const named = database.read((connection) => findAllocation(connection, channelId))
      if (named === undefined) return contract.channel(channelId, atBlock)
      const escrow = await site.find()
      return escrow && allocationReader(contract, escrow, named).channel(channelId, atBlock)
    },
  }
}

/** Reads one allocation as a channel. */
export function allocationReader(
  contract: Pick<ChannelContract, 'head'>,
  { chain, papers }: Escrow,
  named: NamedAllocation,
): Pick<ChannelContract, 'head' | 'channel'> {
  const escrowId = papers.escrowIdOf(named)
  return {
    head: () => contract.head(),
    async channel(_, atBlock) {
      const [state, allocation, { timestamp }] = await Promise.all([
        chain.escrow(escrowId, atBlock),
        chain.allocation(escrowId, named.seeder, atBlock),
        contract.head(),
      ])
      return state && allocation && asChannel(state, allocation, timestamp)
    },
  }
}
