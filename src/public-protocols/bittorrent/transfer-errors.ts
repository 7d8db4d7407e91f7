import { ChiralError } from '../../domain/errors.ts'

/** Another request may succeed, or another connection. */
export function failed(why: string, cause?: unknown): ChiralError {
  const message = `A transfer over BitTorrent failed: ${why}.`
  return new ChiralError('TRANSFER_FAILED', message, cause === undefined ? {} : { cause })
}

export function doesNotHave(): ChiralError {
  return new ChiralError('DONT_HAVE', 'The seeder does not have this chunk.')
}

/** @param code what the seeder says */
export function unpaid(code: string): ChiralError {
  return new ChiralError('PAYMENT_REQUIRED', 'The seeder wants to be paid for this chunk first.', { details: { code } })
}

export function closed(reason: Error): ChiralError {
  return new ChiralError('STREAM_CLOSED', 'The transfer over BitTorrent is over.', { cause: reason })
}
