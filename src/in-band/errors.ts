import { ChiralError } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import type { StreamFailure } from './message-codec.ts'
import type { AccountStatus } from './payments.ts'

/** Why a stream ended. Sent in ERROR; docs/specs/03-chunk-exchange.md §7 and docs/specs/07-session.md §8 say who sends which. */
export type StreamErrorCode =
  | 'MALFORMED' // bytes that are no message: wrong framing, wrong protobuf, a field outside its limits
  | 'UNEXPECTED_MESSAGE' // a message that this party may not send now
  | 'TOO_MANY_REQUESTS' // more than the limit unanswered
  | 'TOO_MANY_MESSAGES' // faster than the message rate
  | 'TOO_MANY_REFUSALS' // asks again and again for what was refused
  | 'TOO_MANY_SESSIONS' // the payer, or all payers together, hold too many sessions
  | 'SESSION_MOVED' // the session goes on with another stream
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
  | 'GRANT_REFUSED'
  | 'BID_REPEATED'
  | 'QUOTE_INVALID'

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
  'TOO_MANY_SESSIONS',
  'SESSION_MOVED',
  'HELLO_TIMEOUT',
  'HELLO_INVALID',
  'SEND_TIMEOUT',
  'IDLE',
  'SHUTTING_DOWN',
  'CHANNEL_UNKNOWN',
  'CHANNEL_CLOSING',
  'SPLIT_SUSPECTED',
  'CLOSE_FAILED',
  'GRANT_REFUSED',
  'BID_REPEATED',
  'PAYER_IS_CONTRACT',
  'TRANSFERS_REFUSED',
  'TRANSFER_UNKNOWN',
  'TRANSFER_UNCONFIRMED',
  'TRANSFER_INVALID',
  'ESCROWS_REFUSED',
  'ESCROW_UNKNOWN',
  'ESCROW_DEADLINE',
])

/** The peer sent an ERROR. A code that is none of its is `REMOTE_ERROR`, with the original in `details.code`. */
export function remoteError({ code, blocksLeft }: StreamFailure): ChiralError {
  if (code === 'SPLIT_SUSPECTED') return splitSuspected()
  if (code === 'TRANSFER_UNCONFIRMED') return transferUnconfirmed(blocksLeft)
  return new ChiralError(REMOTE_CODES.has(code) ? code : 'REMOTE_ERROR', `The peer answered with the error ${code}.`, {
    details: { code, remote: true },
  })
}

function transferUnconfirmed(blocksLeft: number | undefined): ChiralError {
  const missing = blocksLeft === undefined ? 'blocks' : `${blocksLeft} more blocks`
  return new ChiralError('TRANSFER_UNCONFIRMED', `The seeder waits for ${missing} before the transfer counts.`, {
    details: { remote: true, blocksLeft },
  })
}

/** The payee counts no new deposit while the chain may be split. */
function splitSuspected(): ChiralError {
  return new ChiralError(
    'SPLIT_SUSPECTED',
    'The seeder suspects that the chain is split, and counts no new deposit until that is over.',
    { details: { remote: true } },
  )
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

/** What the caller of a request for a chunk is told when the payee wants another quote or to be paid. */
export function refusedError(refusal: {
  code: string
  quote?: Quote | undefined
  status?: AccountStatus | undefined
}): ChiralError {
  const { code, quote, status } = refusal
  if (code === 'QUOTE_EXPIRED')
    return requestError(code, 'The quote does not hold any more: ask again under the new one.', { quote })
  if (code === 'SPLIT_SUSPECTED') return splitSuspected()
  if (code === 'RESEND_LIMIT')
    return requestError(code, 'The seeder sent a chunk again as often as is free.', { remote: true })
  return requestError('PAYMENT_REQUIRED', `The payee wants to be paid first (${code}).`, { code, quote, status })
}

/** The books of payer and payee disagree, and nothing under way can change that. */
export function mismatch(status: AccountStatus | undefined): ChiralError {
  return requestError(
    'ACCOUNT_MISMATCH',
    'The payee counts more chunks than arrived: ask again for the recent ones of its status, or use another source.',
    { status },
  )
}

/** The payer's own account does not let it ask. */
export function notAllowed(code: string): ChiralError {
  return requestError(code, `The chunk was not asked for: the payment was refused with ${code}.`)
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
