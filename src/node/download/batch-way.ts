import { MAX_ESCROW_SEEDERS } from '../../channel/escrow/allocation.ts'
import { maxWei, subtractWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { BatchPayBy, PayByChoice } from '../../domain/pay-by.ts'
import type { BatchFile } from './batch-files.ts'
import type { BatchJob } from './batch-job.ts'
import type { PricedFile } from './batch-plan.ts'
import { TRANSACTIONS_PER_CHANNEL } from './costs.ts'
import { fileTooDear } from './download-errors.ts'
import { isLockCheaper, takesLocks } from './pay-policy.ts'
import type { SourceTerms } from './source-host.ts'

type Priced = PricedFile<SourceTerms> & { readonly of: BatchFile }

/** What the configuration says of downloads, as far as it can be had for several files: those are bought by channels or from an escrow. */
export function choiceOfBatch(
  asked: PayByChoice | undefined,
  configured: PayByChoice | undefined,
): BatchPayBy | 'auto' {
  const choice = asked ?? configured
  return choice === 'escrow' || choice === 'auto' ? choice : 'channel'
}

/** As the user says, or by what it costs with the seeders that were chosen. Pure. */
export function wayOfBatch(
  choice: BatchPayBy | 'auto',
  chosen: Iterable<readonly SourceTerms[]>,
  by: { readonly hasChannel: (seeder: SourceTerms) => boolean; readonly hasEscrow: boolean },
): BatchPayBy {
  if (choice !== 'auto') return choice
  return by.hasEscrow && isLockCheaper([...chosen].flat(), by.hasChannel) ? 'escrow' : 'channel'
}

/**
 * The files with those of their seeders that may be paid so.
 * @throws ChiralError `ESCROWS_REFUSED` where that leaves nobody for any file
 */
export function takersOfFiles(priced: readonly Priced[], payBy: BatchPayBy): Priced[] {
  if (payBy === 'channel') return [...priced]
  const left = priced.map((file) => ({ ...file, seeders: file.seeders.filter(takesLocks) }))
  const [first] = priced
  if (first !== undefined && left.every(({ seeders }) => seeders.length === 0)) throw escrowsRefused(first.of)
  return left
}

/** Files that cannot be had in this way, and why. */
export function refusedFiles(priced: readonly Priced[]): [BatchFile, ChiralError][] {
  return priced.flatMap(({ of, seeders }) =>
    seeders.length === 0 && (of.file?.seeders.length ?? 0) > 0 ? [[of, escrowsRefused(of)]] : [],
  )
}

/** Why nobody is left to sell a file of the batch. */
export function whyNobodySells(file: BatchFile, { payBy }: Pick<BatchJob, 'payBy'>): ChiralError {
  const isRefused = payBy === 'escrow' && file.file?.seeders.some(takesLocks) === false
  return isRefused ? escrowsRefused(file) : fileTooDear(file)
}

/** @throws ChiralError `ESCROW_FULL` where one escrow cannot hold a part for each of so many */
export function requireRoom(payBy: BatchPayBy, payees: number): void {
  if (payBy !== 'escrow' || payees <= MAX_ESCROW_SEEDERS) return
  throw new ChiralError(
    'ESCROW_FULL',
    `The batch has ${payees} seeders, and one escrow takes ${MAX_ESCROW_SEEDERS}: pay by channels, with --pay-by channel, or use fewer with --seeders.`,
    { details: { payees, most: MAX_ESCROW_SEEDERS } },
  )
}

/** The most that all transactions may cost, by the number of seeders. */
export async function batchGas(
  payBy: BatchPayBy,
  gasCeiling: (payBy: BatchPayBy, payees?: number) => Promise<Wei>,
): Promise<(payees: number) => Wei> {
  if (payBy === 'channel') {
    const fee = await gasCeiling('channel')
    return (payees) => wei(BigInt(payees) * TRANSACTIONS_PER_CHANNEL * fee)
  }
  // Each seeder adds as much as the one before it.
  const [one, two] = await Promise.all([gasCeiling('escrow', 1), gasCeiling('escrow', 2)])
  const each = subtractWei(maxWei(one, two), one)
  return (payees) => (payees === 0 ? ZERO_WEI : wei(one + BigInt(payees - 1) * each))
}

function escrowsRefused({ path }: BatchFile): ChiralError {
  return new ChiralError(
    'ESCROWS_REFUSED',
    `No seeder of ${path} takes payment from an escrow: pay by channels, with --pay-by channel.`,
  )
}
