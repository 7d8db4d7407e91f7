import type { ChiralError } from '../domain/errors.ts'
import { remoteError, requestError } from '../in-band/errors.ts'
import { quoteOf } from '../in-band/terms.ts'
import type { PayeeMessage } from './message.ts'

type Refusal = PayeeMessage & { type: 'dont-have' | 'payment-required' | 'error' }

/** Whether the same request may succeed with the books as they are told now. */
export function retryable(refusal: Refusal): boolean {
  return refusal.type === 'payment-required' && refusal.code === 'VOUCHER_TOO_LOW' && refusal.status !== undefined
}

/** What the caller of a refused request is told. */
export function refusalError(refusal: Refusal, now: number): ChiralError {
  if (refusal.type === 'dont-have') return requestError('DONT_HAVE', 'The peer does not have what was asked for.')
  if (refusal.type === 'error') return remoteError(refusal.code)
  const quote = refusal.quote === undefined ? undefined : quoteOf(refusal.quote, now)
  if (refusal.code === 'QUOTE_EXPIRED')
    return requestError('QUOTE_EXPIRED', 'The quote does not hold any more: ask again under the new one.', { quote })
  return requestError('PAYMENT_REQUIRED', `The payee wants to be paid first (${refusal.code}).`, {
    code: refusal.code,
    quote,
    status: refusal.status,
  })
}
