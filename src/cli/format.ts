import { formatCoins } from '../domain/amount.ts'

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB']
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `512 B`, `27.1 MiB`: binary units, as chunks and prices per MiB are. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  let value = bytes
  let unit = 'B'
  for (const next of UNITS) {
    if (value < 1024) break
    value /= 1024
    unit = next
  }
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`
}

/** `0:42`, `1:02:03`, `3 d`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole >= 2 * DAY) return `${Math.floor(whole / DAY)} d`
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / MINUTE)
  if (whole < HOUR) return `${minutes}:${two(whole % MINUTE)}`
  return `${Math.floor(whole / HOUR)}:${two(minutes % MINUTE)}:${two(whole % MINUTE)}`
}

/** `0.004 coin`, or `0.004 test coin` where coins are worth nothing. */
export function formatAmount(amount: bigint, testCoin: boolean): string {
  return `${formatCoins(amount)} ${testCoin ? 'test coin' : 'coin'}`
}

/** Columns padded to their widest cell; those in `right` are aligned to the right. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** What a POSIX shell reads back as exactly `argument`. */
export function shellQuote(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

/** Names come from strangers: what could move the cursor or turn text around is shown as a replacement character. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\uFFFD')
}
