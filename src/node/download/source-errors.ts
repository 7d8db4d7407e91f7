import { ChiralError, codeOf } from '../../domain/errors.ts'

/** Codes after which a seeder is of no more use to this download. */
const HOPELESS = new Set(['PAYEE_MISMATCH', 'PRICE_TOO_HIGH', 'RESEND_LIMIT', 'PEER_BLOCKED', 'BUDGET_EXHAUSTED'])
/** Codes after which the whole download cannot go on now, whoever the seeder is. */
const FATAL = new Set(['INSUFFICIENT_FUNDS', 'DISK_FULL', 'STORE_FAILED'])

/** Before the first reconnection; each next waits twice as long. */
const RECONNECT_DELAY_MS = 250
/** Between two tries at a seeder that waits until its chain is one again: that takes blocks. */
const SPLIT_RETRY_MS = 10_000

/** Whom an error ends: nobody (it passes by itself), this attempt, this source, or the download. */
export function severityOf(error: unknown): 'nobody' | 'attempt' | 'source' | 'download' {
  const code = codeOf(error) ?? ''
  if (code === 'SPLIT_SUSPECTED') return 'nobody'
  if (FATAL.has(code)) return 'download'
  return HOPELESS.has(code) ? 'source' : 'attempt'
}

/** How long a source waits before it tries again. */
export function retryDelayMs(severity: ReturnType<typeof severityOf>, attempt: number): number {
  return severity === 'nobody' ? SPLIT_RETRY_MS : RECONNECT_DELAY_MS * 2 ** attempt
}

/** What in an error, or in what caused it, only a liar can have done: bytes that are no message, a chunk of another length. */
export function lieIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof ChiralError; cause = cause.cause)
    if (cause.code === 'MALFORMED' && cause.details['remote'] !== true) return cause.message
  return undefined
}
