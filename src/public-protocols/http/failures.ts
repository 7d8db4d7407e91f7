import { ChiralError } from '../../domain/errors.ts'

export function failed(why: string, cause?: unknown): ChiralError {
  return new ChiralError('TRANSFER_FAILED', `A request over HTTP failed: ${why}.`, cause === undefined ? {} : { cause })
}

export function unexpected(statusCode: number): ChiralError {
  return failed(`the seeder answers with status ${statusCode}`)
}

export function closed(reason: Error): ChiralError {
  return new ChiralError('STREAM_CLOSED', 'The transfer over HTTP is over.', { cause: reason })
}

export function cancelled(): ChiralError {
  return new ChiralError('CANCELLED', 'The request was cancelled.')
}
