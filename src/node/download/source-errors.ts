import { ChiralError, codeOf } from '../../domain/errors.ts'

/** Codes after which a seeder is of no more use to this download. */
const HOPELESS = new Set(['PAYEE_MISMATCH', 'PRICE_TOO_HIGH', 'RESEND_LIMIT', 'PEER_BLOCKED', 'BUDGET_EXHAUSTED'])
/** Codes after which the whole download cannot go on now, whoever the seeder is. */
const FATAL = new Set(['INSUFFICIENT_FUNDS', 'DISK_FULL', 'STORE_FAILED'])

/** Whom an error ends: this attempt, this source, or the download. */
export function severityOf(error: unknown): 'attempt' | 'source' | 'download' {
  const code = codeOf(error) ?? ''
  if (FATAL.has(code)) return 'download'
  return HOPELESS.has(code) ? 'source' : 'attempt'
}

/** What in an error, or in what caused it, only a liar can have done: bytes that are no message, a chunk of another length. */
export function lieIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof ChiralError; cause = cause.cause)
    if (cause.code === 'MALFORMED' && cause.details['remote'] !== true) return cause.message
  return undefined
}
