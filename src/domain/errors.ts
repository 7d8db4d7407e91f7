/**
 * The one base of every error this program throws on purpose.
 *
 * `code` is stable and public: callers, tests and other peers compare codes, never messages. `message` is one sentence
 * that names the thing and says what to do about it.
 */
export class ChiralError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ChiralError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** Bytes or text from outside that are not what they claim to be. Decoders throw nothing else. */
export class DecodeError extends ChiralError {
  constructor(message: string, details: Record<string, unknown> = {}) {
    super('DECODE_FAILED', message, { details })
    this.name = 'DecodeError'
  }
}

/** The `code` of any thrown value, or `undefined`. Works across copies of this package, unlike `instanceof`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The sentence of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
