import { type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Source } from './source.ts'
import type { SourceTerms } from './source-host.ts'

type Sources = Iterable<Pick<Source, 'error' | 'view'>>

/** Nobody is left to ask. */
export function noSeeders(sources: Sources): ChiralError {
  const reasons = [...sources].map((source) => source.view({ amount: ZERO_WEI, vouchers: 0 }).error?.message)
  const known = new Set(reasons.filter((reason) => reason !== undefined))
  const why = known.size === 0 ? 'nobody who is reachable has it' : [...known].join(' ')
  return new ChiralError('SEEDERS_GONE', `The download stopped: ${why} Run the same command again to go on.`)
}

export function splitSuspected(sources: Sources): ChiralError | undefined {
  return [...sources].find(({ error }) => error?.code === 'SPLIT_SUSPECTED')?.error
}

/** Nobody sells within the limit. */
export function tooDear(seeders: readonly SourceTerms[], maxPrice: Wei | undefined): ChiralError {
  const cheapest = seeders.reduce((a, b) => (a.pricePerMiB <= b.pricePerMiB ? a : b))
  return new ChiralError(
    'PRICE_TOO_HIGH',
    `Every seeder asks more than the limit of ${maxPrice} wei per MiB; the cheapest asks ${cheapest.pricePerMiB}. Raise --max-price.`,
  )
}

/** The same of a file in a batch. */
export function fileTooDear({ path }: { readonly path: string }): ChiralError {
  return new ChiralError(
    'PRICE_TOO_HIGH',
    `Every seeder of ${path} asks more than the limit per MiB: raise --max-price.`,
  )
}
