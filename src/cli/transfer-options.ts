import { InvalidArgumentError } from '@commander-js/extra-typings'
import type { Preference } from '../domain/preference.ts'
import { isRate, RATE_RULE } from '../domain/rate.ts'
import type { WantedProtocol } from '../domain/transfer.ts'

/** How files are to come, as it is typed. */
export interface TransferOptions {
  readonly seeders?: number | undefined
  readonly window?: number | undefined
  readonly protocol?: WantedProtocol | undefined
  readonly prefer?: Preference | undefined
  readonly maxRate?: number | undefined
  readonly sequential?: true | undefined
  readonly freeSources?: boolean | undefined
}

/** The same, as it is asked of the daemon: what was not typed is left to its configuration. */
export function transferOf({ seeders, window, protocol, prefer, maxRate, sequential, freeSources }: TransferOptions) {
  return {
    ...(seeders === undefined ? {} : { maxSources: seeders }),
    ...(window === undefined ? {} : { window }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(prefer === undefined ? {} : { prefer }),
    ...(maxRate === undefined ? {} : { maxRate }),
    ...(sequential === undefined ? {} : { sequential }),
    ...(freeSources === undefined ? {} : { freeSources }),
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_048_576, g: 1_073_741_824 }

/** Bytes a second, or with a unit: `500k`, `2M`. */
export function rateArgument(text: string): number {
  const [, digits = '', unit = ''] = /^([0-9]{1,13})([kmg]?)$/i.exec(text.trim()) ?? []
  const rate = digits === '' ? Number.NaN : Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN)
  if (isRate(rate)) return rate
  throw new InvalidArgumentError(`Give ${RATE_RULE}, perhaps with k, M or G.`)
}
