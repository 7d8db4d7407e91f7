import type { Response } from 'express'
import type { Quote } from '../../domain/quote.ts'
import type { Admission, PaymentDemand } from '../gate.ts'

/** Why nothing is sent, as JSON. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly quote?: Quote
  /** How it could be paid for with the request itself. */
  readonly demand?: PaymentDemand | undefined
  readonly retryAfterMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

export const NO_FILE: Refusal = { status: 404, code: 'NOT_FOUND', message: 'No such file is served here.' }

/** Ends the response with the refusal; it is never kept by a cache. */
export function refuse(response: Response, refusal: Refusal): void {
  const { status, code, message, quote, retryAfterMs, headers } = refusal
  response.status(status).set({ ...headers, 'cache-control': 'no-store' })
  if (retryAfterMs !== undefined) response.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
  response.removeHeader('content-disposition')
  response.removeHeader('repr-digest')
  response.removeHeader('etag')
  response.json({ error: { code, message, ...(quote === undefined ? {} : { quote: quoteJson(quote) }) } })
}

/** A chunk that is not admitted, before anything of it left. */
export function refusalOf(admission: Exclude<Admission, { kind: 'admitted' }>): Refusal {
  if (admission.kind === 'payment-required') {
    const { code, message, quote, demand } = admission
    return { status: 402, code, message, quote, demand }
  }
  if (admission.code === 'NOT_FOUND') return NO_FILE
  return {
    status: 429,
    code: admission.code,
    message: 'This seeder gives no more away just now: ask again later.',
    retryAfterMs: admission.retryAfterMs ?? 1_000,
  }
}

function quoteJson({ quoteId, pricePerMiB, expiresAt }: Quote): object {
  return { quoteId, pricePerMiB: pricePerMiB.toString(), expiresAt }
}
