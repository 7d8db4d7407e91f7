import type { PayByChoice } from '../../domain/pay-by.ts'
import type { DownloadPayments } from './dependencies.ts'
import type { SourceTerms } from './source-host.ts'

/**
 * May `auto` take a lock, or a batch of payments? Both go through the Escrow, which a chain may lack. It is looked for only where the choice may come to it and somebody is to be
 * paid: otherwise the answer is yes, and decides nothing.
 *
 * @throws ChiralError `CONTRACT_UNKNOWN` where the user names a way that needs an Escrow and there is none, `CHAIN_UNREACHABLE`
 */
export async function isEscrowAtHand(
  payments: Pick<DownloadPayments, 'whyNoEscrow'>,
  choice: PayByChoice,
  seeders: readonly Pick<SourceTerms, 'pricePerMiB'>[],
): Promise<boolean> {
  if (choice === 'channel' || choice === 'transfer') return true
  if (seeders.every(({ pricePerMiB }) => pricePerMiB === 0n)) return true
  const lack = await payments.whyNoEscrow()
  if (lack !== undefined && choice !== 'auto') throw lack
  return lack === undefined
}
