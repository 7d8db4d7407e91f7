import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { StoredShare } from './share-store.ts'

/** What is asked for a MiB, and the least that is taken when a buyer counters. */
export type Prices = Pick<StoredShare, 'pricePerMiB' | 'lowestPricePerMiB'>

export const FREE: Prices = { pricePerMiB: ZERO_WEI, lowestPricePerMiB: undefined }

/** @throws ChiralError `USAGE` for a lowest price of nothing, or above the price */
export function pricesOf(pricePerMiB: Wei, lowestPricePerMiB: Wei | undefined): Prices {
  if (lowestPricePerMiB === undefined || (lowestPricePerMiB > 0n && lowestPricePerMiB <= pricePerMiB))
    return { pricePerMiB, lowestPricePerMiB }
  throw new ChiralError(
    'USAGE',
    'The lowest price must be above zero and not above the price: give another --lowest-price.',
  )
}
