import { DecodeError } from './errors.ts'

/** Money, in base units (10⁻¹⁸ coin), never negative. JSON carries it as a decimal string. */
export type Wei = bigint & { readonly __brand: 'Wei' }

/** Decimals of the native coin, as on every Ethereum chain. */
export const COIN_DECIMALS = 18
/** The contracts keep deposits and vouchers in 96 bits: 7.9 · 10²⁸ wei, far above any supply, and one storage slot a channel. */
export const MAX_CHANNEL_AMOUNT = ((1n << 96n) - 1n) as Wei
export const ZERO_WEI = 0n as Wei

const DECIMAL = /^(0|[1-9][0-9]{0,77})$/
const COINS = /^([0-9]{1,60})(?:\.([0-9]{1,18}))?$/

/** Brand a bigint. @throws RangeError when negative. */
export function wei(value: bigint): Wei {
  if (value < 0n) throw new RangeError(`an amount of money cannot be negative: ${value}`)
  return value as Wei
}

export function addWei(a: Wei, b: Wei): Wei {
  return (a + b) as Wei
}

/** a − b, and 0 where b is larger. */
export function subtractWei(a: Wei, b: Wei): Wei {
  return (a > b ? a - b : 0n) as Wei
}

export function minWei(a: Wei, b: Wei): Wei {
  return a < b ? a : b
}

export function maxWei(a: Wei, b: Wei): Wei {
  return a > b ? a : b
}

/** A decimal string of base units, as in JSON. @throws DecodeError */
export function parseWei(text: string): Wei {
  if (!DECIMAL.test(text))
    throw new DecodeError(`"${text.slice(0, 80)}" is not an amount in wei: write decimal digits only.`)
  return BigInt(text) as Wei
}

/**
 * What a person types: `0.001` (coins), `0.001coin` or `1000wei`.
 * @throws DecodeError with a sentence that says what is accepted
 */
export function parseCoins(text: string): Wei {
  const trimmed = text.trim().toLowerCase()
  if (trimmed.endsWith('wei')) return parseWei(trimmed.slice(0, -3).trim())
  const match = COINS.exec(trimmed.replace(/\s*coins?$/, ''))
  const whole = match?.[1]
  if (match === null || whole === undefined)
    throw new DecodeError(
      `"${text.slice(0, 80)}" is not an amount: write coins such as 0.001 (at most 18 decimals) or wei such as 1000wei.`,
    )
  return (BigInt(whole) * 10n ** BigInt(COIN_DECIMALS) +
    BigInt((match[2] ?? '').padEnd(COIN_DECIMALS, '0') || '0')) as Wei
}

/** Exact coins without trailing zeros: `0.001`. */
export function formatCoins(amount: bigint): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(COIN_DECIMALS + 1, '0')
  const fraction = digits.slice(-COIN_DECIMALS).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -COIN_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`
}
