import { ChiralError, codeOf } from '../../domain/errors.ts'

/** Codes after which a seeder is of no more use to this download. */
const HOPELESS = new Set([
  'PAYEE_MISMATCH',
  'PRICE_TOO_HIGH',
  'QUOTE_INVALID',
  'QUOTE_RAISED',
  'RESEND_LIMIT',
  'PEER_BLOCKED',
  'BUDGET_EXHAUSTED',
  'SOURCE_SILENT',
  'TRANSFERS_REFUSED',
  'TRANSFER_INVALID',
  'ESCROWS_REFUSED',
  'ESCROW_DEADLINE',
  'ESCROW_FULL',
  'CREDIT_REFUSED',
  'PAYMENT_SKIPPED',
  'CHANNEL_EXISTS',
])
/** Codes that say nothing about the seeder. */
const MONEY_SHORT = new Set(['BUDGET_EXHAUSTED', 'PREPAYMENT_CAP', 'ESCROW_FULL'])
/** Codes after which the whole download cannot go on now, whoever the seeder is. */
const FATAL = new Set(['INSUFFICIENT_FUNDS', 'DISK_FULL', 'STORE_FAILED'])

/** Before the first reconnection; each next waits twice as long. */
const RECONNECT_DELAY_MS = 250
/** Between two tries at a seeder that waits until its chain is one again, or for which others must deliver first: that takes blocks. */
const SPLIT_RETRY_MS = 10_000

/** The same where the seeder's chain node may be a block behind ours. */
const BLOCK_RETRY_MS = 5_000

/** Whom an error ends: nobody (it passes by itself), this attempt, this source, or the download. */
export function severityOf(error: unknown): 'nobody' | 'attempt' | 'source' | 'download' {
  const code = codeOf(error) ?? ''
  if (code === 'SPLIT_SUSPECTED') return 'nobody'
  if (FATAL.has(code)) return 'download'
  return HOPELESS.has(code) ? 'source' : 'attempt'
}

/** Is it for want of money, or of leave to spend it, that a seeder is not asked? */
export function isMoneyShort(error: ChiralError | undefined): boolean {
  return error !== undefined && MONEY_SHORT.has(error.code)
}

/** Why no retry is of use when these are what all sources failed with: others may come, more money or more free chunks will not. */
export function whyInVain(errors: readonly ChiralError[]): ChiralError | undefined {
  if (errors.some((error) => /^(attempt|nobody)$/.test(severityOf(error)))) return undefined
  const tooPoor = errors.find(({ code }) => code === 'BUDGET_EXHAUSTED')
  if (tooPoor !== undefined || !errors.some(({ code }) => code === 'RESEND_LIMIT')) return tooPoor
  return new ChiralError(
    'RESEND_LIMIT',
    'A chunk was sent again as often as is free, three times in 24 hours, and its seeder neither takes it off the bill nor sells it once more: run the same command a day later, or when another seeder offers it.',
  )
}

/** How long a source waits before it tries again. */
export function retryDelayMs(error: unknown, attempt: number): number {
  if (codeOf(error) === 'TRANSFER_UNCONFIRMED') return BLOCK_RETRY_MS
  const waitsForOthers = severityOf(error) === 'nobody' || codeOf(error) === 'PREPAYMENT_CAP'
  return waitsForOthers ? SPLIT_RETRY_MS : RECONNECT_DELAY_MS * 2 ** attempt
}

/** What in an error, or in what caused it, only a liar can have done: bytes that are no message, a chunk of another length. */
export function lieIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof ChiralError; cause = cause.cause)
    if (cause.code === 'MALFORMED' && cause.details['remote'] !== true) return cause.message
  return undefined
}
