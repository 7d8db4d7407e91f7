import type { Request, Response } from 'express'
import { messageOf } from '../../domain/errors.ts'
import type { Logger } from '../../system/logger.ts'
import type { Admission, Asker, PaymentTaken } from '../gate.ts'
import type { SeederMetrics } from './metrics.ts'
import { publicUrl } from './public-url.ts'
import { type Refusal, refusalOf, refuse } from './refusal.ts'
import type { ServedFile } from './served-files.ts'
import { decodePayment, encodeDemand, encodeResponse, type PaymentTerms } from './x402.ts'

export interface AskingParts {
  /** How vouchers that come with requests are to be made; without it none are taken. */
  readonly paymentTerms?: PaymentTerms | undefined
  /** Where clients reach this server; without it they are told the host they asked. */
  readonly announceUrl?: string | undefined
  readonly log: Logger
  readonly metrics: SeederMetrics
}

/** Who asks, with what it shows; or why that cannot be read. */
export function askerOf(
  { paymentTerms, log, metrics }: AskingParts,
  { socket, headers }: Request,
  { isFree }: ServedFile,
): Asker | Refusal {
  const address = socket.remoteAddress ?? ''
  const grant = /^bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1]
  const asker = { address, ...(grant === undefined ? {} : { grant }) }
  const header = headers['payment-signature']
  if (typeof header !== 'string' || paymentTerms === undefined || isFree) return asker
  try {
    return { ...asker, payment: decodePayment(header, paymentTerms) }
  } catch (error) {
    metrics.paymentsRefused.inc()
    log.debug({ address, reason: messageOf(error) }, 'A payment over HTTP cannot be read')
    return { status: 400, code: 'DECODE_FAILED', message: messageOf(error) }
  }
}

/** Says what is wanted, as JSON and, where a voucher would do, in PAYMENT-REQUIRED. */
export function refuseUnpaid(
  { paymentTerms, announceUrl, metrics }: AskingParts,
  { request, response, file }: { readonly request: Request; readonly response: Response; readonly file: ServedFile },
  admission: Exclude<Admission, { kind: 'admitted' }>,
): void {
  const refusal = refusalOf(admission)
  const { quote, demand, code } = refusal
  if (paymentTerms !== undefined && request.headers['payment-signature'] !== undefined) metrics.paymentsRefused.inc()
  if (paymentTerms !== undefined && quote !== undefined && demand !== undefined) {
    const url = publicUrl(request, request.path, announceUrl) ?? request.path
    const answer = { quote, demand, url, mimeType: file.mimeType, error: code }
    response.set('payment-required', encodeDemand(paymentTerms, answer))
  }
  refuse(response, refusal)
}

/** Says what became of a payment that came with the request. */
export function showPaid({ paymentTerms, metrics }: AskingParts, response: Response, paid?: PaymentTaken): void {
  if (paymentTerms === undefined || paid === undefined) return
  metrics.paymentsTaken.inc()
  response.set('payment-response', encodeResponse(paymentTerms, paid))
}
