import type { Address } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import { findChannel } from '../books.ts'
import { loadPayerPair } from '../payer-books.ts'
import { allocationIdOf } from './allocation.ts'
import { escrowsNotOver, releasesOf } from './escrow-store.ts'

/** The other downloads whose receipts for the payee promise more than the chain has paid out, where it released nothing and coin is held. */
export function unshownTo(
  connection: Connection,
  { payee, downloadId }: { readonly payee: Address; readonly downloadId: string },
): string[] {
  const pair = loadPayerPair(connection, payee)
  return escrowsNotOver(connection).flatMap((escrow) => {
    if (escrow.downloadId === downloadId) return []
    const channel = findChannel(pair, allocationIdOf(escrow.escrowId, payee))
    const isOpen = channel?.phase === 'open' || channel?.phase === 'closing'
    if (!isOpen || channel.best <= channel.settled) return []
    // Who released had the best receipt before, and takes none after.
    const isReleased = releasesOf(connection, escrow.escrowId).some(({ seeder }) => seeder === payee)
    return isReleased ? [] : [escrow.downloadId]
  })
}
