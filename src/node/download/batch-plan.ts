import { maxWei, minWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import type { Address, PeerIdText } from '../../domain/ids.ts'
import { depositFor, missingPrice, type Terms } from './plan.ts'

/** A seeder's terms for one of the files. */
export interface FileTerms extends Terms {
  readonly peerId: PeerIdText
  readonly payee: Address
}

/** A file of the batch as far as money is concerned. */
export interface PricedFile<T extends FileTerms> {
  readonly sizeBytes: number
  readonly have: Bitfield
  readonly seeders: readonly T[]
}

export interface BatchLimits {
  readonly maxPrice: Wei | undefined
  /** Seeders used at once for one file. */
  readonly maxSources: number
  readonly maxTotal: Wei | undefined
  readonly balance: Wei
  /** The most that the transactions with so many seeders may cost. */
  readonly gasFor: (payees: number) => Wei
  /** 0 for anybody, more for who is to come later, whatever it asks. */
  readonly restraint: (terms: Pick<FileTerms, 'peerId' | 'payee'>) => number
}

export interface ChosenSeeders<T extends FileTerms> {
  /** For each file, in order; nobody where every seeder is too dear. */
  readonly seeders: readonly (readonly T[])[]
  readonly deposits: ReadonlyMap<Address, Wei>
  readonly cheapest: Wei
  readonly dearest: Wei
  readonly gas: Wei
}

/**
 * Who is asked for which file. As many seeders a file as the budget and the wallet allow, and no more than it has chunks; of those that
 * ask the same, the one with the least to do comes first, so that many small files are shared out among them.
 */
export function chooseForBatch<T extends FileTerms>(
  files: readonly PricedFile<T>[],
  limits: BatchLimits,
): ChosenSeeders<T> {
  for (let most = limits.maxSources; ; most = Math.floor(most / 2)) {
    const chosen = choose(files, { ...limits, maxSources: most })
    if (most === 1) return chosen
    const { maxTotal, balance } = limits
    const locked = [...chosen.deposits.values()].reduce((sum, deposit) => sum + deposit, 0n)
    const within = maxTotal === undefined || chosen.dearest + chosen.gas <= maxTotal
    if (within && locked + chosen.gas <= balance) return chosen
  }
}

/** The deposit for one of the seeders: its share of each file that it may be asked for, what is missing of it now. */
export function batchDeposit<T extends FileTerms>(
  files: readonly { readonly file: PricedFile<T>; readonly seeders: readonly T[] }[],
  payee: Address,
): Wei {
  let sum = 0n
  let least = ZERO_WEI
  for (const { file, seeders } of files) {
    const terms = seeders.find((candidate) => candidate.payee === payee)
    if (terms === undefined) continue
    const missing = missingPrice(file.sizeBytes, file.have, terms.pricePerMiB)
    sum += depositFor(missing, seeders.length, { ...terms, minDeposit: ZERO_WEI })
    if (missing > 0n) least = maxWei(least, terms.minDeposit)
  }
  return maxWei(wei(sum), least)
}

function choose<T extends FileTerms>(
  files: readonly PricedFile<T>[],
  { maxPrice, maxSources, gasFor, restraint }: BatchLimits,
): ChosenSeeders<T> {
  const load = new Map<Address, number>()
  const seeders = files.map(({ sizeBytes, have, seeders: offered }) => {
    const missing = have.length - have.count
    const ordered = offered
      .filter(({ pricePerMiB }) => maxPrice === undefined || pricePerMiB <= maxPrice)
      .toSorted(
        (a, b) =>
          restraint(a) - restraint(b) ||
          order(a.pricePerMiB, b.pricePerMiB) ||
          (load.get(a.payee) ?? 0) - (load.get(b.payee) ?? 0),
      )
      .slice(0, Math.max(1, Math.min(maxSources, missing)))
    if (missing > 0)
      for (const { payee } of ordered) load.set(payee, (load.get(payee) ?? 0) + sizeBytes / ordered.length)
    return ordered
  })
  const asked = files.map((file, index) => ({ file, seeders: seeders[index] ?? [] }))
  const payees = new Set(asked.flatMap(({ seeders: chosen }) => chosen.map(({ payee }) => payee)))
  const deposits = new Map<Address, Wei>()
  for (const payee of payees) {
    const deposit = batchDeposit(asked, payee)
    if (deposit > 0n) deposits.set(payee, deposit)
  }
  const prices = asked.map(({ file, seeders: chosen }) =>
    chosen.map(({ pricePerMiB }) => missingPrice(file.sizeBytes, file.have, pricePerMiB)),
  )
  const total = (pick: (a: Wei, b: Wei) => Wei): Wei =>
    wei(prices.reduce((sum, [first = ZERO_WEI, ...rest]) => sum + rest.reduce(pick, first), 0n))
  return {
    seeders,
    deposits,
    cheapest: total(minWei),
    dearest: total(maxWei),
    gas: gasFor(deposits.size),
  }
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
