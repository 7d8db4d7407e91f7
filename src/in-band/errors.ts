import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'

/** Why a stream ended. Sent in ERROR; docs/specs/03-chunk-exchange.md §7 and docs/specs/07-session.md §8 say who sends which. */
export type StreamErrorCode =
  | 'MALFORMED' // bytes that are no message: wrong framing, wrong protobuf, a field outside its limits
  | 'UNEXPECTED_MESSAGE' // a message that this party may not send now
  | 'TOO_MANY_REQUESTS' // more than the limit unanswered
  | 'TOO_MANY_MESSAGES' // faster than the message rate
  | 'TOO_MANY_REFUSALS' // asks again and again for what was refused
  | 'HELLO_TIMEOUT' // the handshake was not finished in time
  | 'SEND_TIMEOUT' // the peer takes no bytes
  | 'IDLE' // nothing was asked for a long time
  | 'SHUTTING_DOWN' // this node stops
  | 'INTERNAL' // a bug or a full disk at the sender of the error

/** Why one request failed; the stream goes on. Codes of authorization and payment rejections join these. */
export type RequestErrorCode =
  | 'DONT_HAVE'
  | 'PAYMENT_REQUIRED'
  | 'QUOTE_EXPIRED'
  | 'CANCELLED'
  | 'STREAM_CLOSED'
  | 'ACCOUNT_MISMATCH'
  | 'PAY_TIMEOUT'
  | 'CLOSE_FAILED'

/** Of PAYMENT_REQUIRED beside the payment rejections. */
export type RefusalCode =
  | 'QUOTE_EXPIRED' // the quote has expired, is unknown, or is another file's
  | 'HELLO_REQUIRED' // the chunk has a price and the peer did not prove an account

/** The peer broke the protocol: the stream is torn down with an ERROR of this code. */
export function streamError(code: StreamErrorCode | (string & {}), what: string, cause?: unknown): ChiralError {
  return new ChiralError(code, `The chunk stream was ended: ${what}.`, { cause })
}

/** Codes that a peer's ERROR may bring into this program: no peer may make up one of our own, such as a full budget. */
const REMOTE_CODES: ReadonlySet<string> = new Set([
  'MALFORMED',
  'UNEXPECTED_MESSAGE',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_MESSAGES',
  'TOO_MANY_REFUSALS',
  'HELLO_TIMEOUT',
  'HELLO_INVALID',
  'SEND_TIMEOUT',
  'IDLE',
  'SHUTTING_DOWN',
  'CHANNEL_UNKNOWN',
  'CHANNEL_CLOSING',
  'CLOSE_FAILED',
])

/** The peer sent an ERROR. A code that is none of its is `REMOTE_ERROR`, with the original in `details.code`. */
export function remoteError(code: string): ChiralError {
  return new ChiralError(REMOTE_CODES.has(code) ? code : 'REMOTE_ERROR', `The peer answered with the error ${code}.`, {
    details: { code, remote: true },
  })
}

/** The stream is over; what was asked for must be asked of another source or on another stream. */
export function streamClosed(cause?: unknown): ChiralError {
  return new ChiralError('STREAM_CLOSED', 'The chunk stream is closed: ask another source or connect again.', {
    cause,
  })
}

export function requestError(
  code: RequestErrorCode | (string & {}),
  what: string,
  details: Record<string, unknown> = {},
  cause?: unknown,
): ChiralError {
  return new ChiralError(code, what, { details, cause })
}

/** The caller lost interest. */
export function cancelled(signal: AbortSignal | undefined): ChiralError {
  return requestError('CANCELLED', 'The request was cancelled.', {}, signal?.reason)
}

export function payeeMismatch(payee: Address): ChiralError {
  return new ChiralError(
    'PAYEE_MISMATCH',
    `The peer wants to be paid at ${payee}, which is not the account of its offer.`,
  )
}

export const payTimeout = (): Error => requestError('PAY_TIMEOUT', 'The payee did not confirm a payment in time.')
export const closeTimeout = (): Error => requestError('CLOSE_FAILED', 'The payee did not close the channel in time.')
