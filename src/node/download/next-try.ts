import { retryDelayMs, severityOf } from './source-errors.ts'

/** When a source whose session failed begins another. */
export interface NextTry {
  /** How many tries in a row it then is. */
  readonly attempt: number
  readonly delayMs: number
  /** Its seeder is not to blame, and is waited for. */
  readonly isWaiting: boolean
}

/** Pure. `undefined`: the seeder is given up. */
export function nextTry(
  error: unknown,
  session: {
    /** Tries in a row before the one that failed. */
    readonly attempt: number
    /** Chunks of it counted: the row begins anew. */
    readonly hasDelivered: boolean
    /** Tries again in a row. */
    readonly most: number
  },
): NextTry | undefined {
  const severity = severityOf(error)
  if (severity === 'source' || severity === 'download') return undefined
  if (severity === 'nobody') return { attempt: 0, delayMs: retryDelayMs(error, 0), isWaiting: true }
  const attempt = session.hasDelivered ? 0 : session.attempt
  if (attempt >= session.most) return undefined
  return { attempt: attempt + 1, delayMs: retryDelayMs(error, attempt), isWaiting: false }
}
