import type { ChiralError } from '../domain/errors.ts'
import { refusedError, remoteError, requestError } from '../in-band/errors.ts'
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
  if (refusal.type === 'error') return remoteError(refusal)
  const quote = refusal.quote === undefined ? undefined : quoteOf(refusal.quote, now)
  return refusedError({ code: refusal.code, quote, status: refusal.status })
}
