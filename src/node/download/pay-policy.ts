import { MAX_ESCROW_SEEDERS } from '../../channel/escrow/allocation.ts'
import { OPENING_CHUNKS } from '../../channel/payee-state.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { PayBy, PayByChoice } from '../../domain/pay-by.ts'
import type { SourceTerms } from './source-host.ts'

/** What has to be known of a seeder to choose how it is paid. */
export type PaidTerms = Pick<SourceTerms, 'payee' | 'pricePerMiB' | 'inBand' | 'publicly' | 'refusesEscrows'>

/**
 * Gas of the payer, with recipients that exist: to open a channel; to lock for nobody and have it back; and what each seeder adds to these two. Measured by
 * test/contracts/gas.test.ts and test/contracts/Escrow/gas.test.ts, which keep it; docs/adr/0077-lasting-quotes-and-batch-locks.md has the sum.
 */
const GAS = { open: 45_828n, lockAndRefund: 85_195n, each: 37_167n } as const

/**
 * How the seeders of a download are paid: as the user says, or by the amount. What the seeders give on credit together, one transaction pays for;
 * for more, that would be one after the other, each with its confirmations, and what is paid into before costs less: a lock for many, else channels. Pure.
 */
export function chooseWay(
  choice: PayByChoice,
  download: {
    readonly seeders: readonly PaidTerms[]
    readonly missingChunks: number
    /** Is there a channel to it, on which a voucher pays? */
    readonly hasChannel: (seeder: PaidTerms) => boolean
    /** Is there an Escrow, through which locks and batches go? */
    readonly hasEscrow: boolean
  },
): PayBy {
  if (choice !== 'auto') return choice
  if (!download.hasEscrow) return 'channel'
  const priced = download.seeders.filter(({ pricePerMiB }) => pricePerMiB > 0n)
  const giveCredit = priced.filter((seeder) => givesOpeningCredit(seeder) && !download.hasChannel(seeder))
  const isEnough = BigInt(download.missingChunks) <= OPENING_CHUNKS * BigInt(priced.length)
  if (priced.length > 0 && giveCredit.length === priced.length && isEnough) return 'batch'
  return isLockCheaper(priced, download.hasChannel) ? 'escrow' : 'channel'
}

/**
 * Is one lock for all of these less gas than a channel to each that has none? Never where one of them takes no escrows, nor for more than an escrow holds:
 * the others would be paid one way and these another. Pure.
 */
export function isLockCheaper<T extends Pick<SourceTerms, 'payee' | 'pricePerMiB' | 'refusesEscrows'>>(
  seeders: readonly T[],
  hasChannel: (seeder: T) => boolean,
): boolean {
  const priced = new Map(seeders.filter(({ pricePerMiB }) => pricePerMiB > 0n).map((each) => [each.payee, each]))
  const payees = [...priced.values()]
  if (payees.length > MAX_ESCROW_SEEDERS || !payees.every(takesLocks)) return false
  const unopened = payees.filter((seeder) => !hasChannel(seeder)).length
  return GAS.lockAndRefund + GAS.each * BigInt(payees.length) < GAS.open * BigInt(unopened)
}

/** Its offer does not say that it takes no payment from escrows, or it wants none. */
export function takesLocks({
  pricePerMiB,
  refusesEscrows,
}: Pick<SourceTerms, 'pricePerMiB' | 'refusesEscrows'>): boolean {
  return pricePerMiB === 0n || refusesEscrows !== true
}

/**
 * Those of the seeders that may be paid so: nothing is locked for one whose offer says that it takes none of it.
 * @throws ChiralError `ESCROWS_REFUSED` when no seeder is left
 */
export function takersOf<T extends Pick<SourceTerms, 'pricePerMiB' | 'refusesEscrows'>>(
  seeders: readonly T[],
  payBy: PayByChoice,
): readonly T[] {
  if (payBy !== 'escrow') return seeders
  const takers = seeders.filter(takesLocks)
  if (takers.length === 0 && seeders.length > 0)
    throw new ChiralError(
      'ESCROWS_REFUSED',
      'No seeder of the file takes payment from an escrow: pay by channels, with --pay-by channel.',
    )
  return takers
}

/** SPEC 01 §5.3: who "was granted another protocol" gets credit to begin with. */
function givesOpeningCredit({ inBand, publicly }: PaidTerms): boolean {
  return Object.keys(publicly).length > 0 && inBand.includes('bitswap')
}

/** Batches that buy so many chunks of so many seeders, with opening credit alone: at most so many. */
export function batchesFor(missingChunks: number, seeders: number): bigint {
  const credit = OPENING_CHUNKS * BigInt(seeders)
  return credit === 0n ? 0n : (BigInt(missingChunks) + credit - 1n) / credit
}
