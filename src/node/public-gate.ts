import type { ChunkSource, QuoteBook } from '../in-band/chunk-source.ts'
import type { GrantBook } from '../in-band/grants.ts'
import type { Admission, AskedChunk, Asker, Gate } from '../public-protocols/gate.ts'
import type { Logger } from '../system/logger.ts'
import { admitted } from './admitted.ts'
import { TOO_MANY_CHUNKS, type VoucherGate } from './voucher-gate.ts'

const GRANT_WANTED = 'This file has a price: prove who pays on the stream of the offer, and ask with its grant.'
const PAYMENT_WANTED = 'This file has a price: pay with a voucher, or ask with the grant of a stream of the offer.'

export interface PublicGateParts {
  readonly grants: Pick<GrantBook, 'find'>
  readonly chunks: Pick<ChunkSource, 'have'>
  readonly quotes: QuoteBook
  /** What is free, and for whom. */
  readonly free: Gate
  /** Absent: what has a price leaves for grants alone. */
  readonly vouchers?: VoucherGate | undefined
  readonly log: Logger
}

/**
 * One set of books for all public protocols: a chunk leaves for a grant as it would leave on the payer's stream, counted durably before its first
 * byte. So it does for a voucher that comes with the request. Whoever shows neither gets what is free.
 */
export function createPublicGate(parts: PublicGateParts): Gate {
  return { admit: (asker, chunk) => admit(parts, asker, chunk) }
}

async function admit(parts: PublicGateParts, asker: Asker, chunk: AskedChunk): Promise<Admission> {
  const { grants, chunks, quotes, free, vouchers, log } = parts
  const { fileHash, chunkIndex } = chunk
  const quote = quotes.quote(fileHash)
  if (quote === undefined || chunks.have(fileHash)?.has(chunkIndex) !== true)
    return { kind: 'refused', code: 'NOT_FOUND' }
  if (quote.pricePerMiB === 0n) return free.admit(asker, chunk)

  const { payment } = asker
  const grant = asker.grant === undefined ? undefined : grants.find(asker.grant)
  if (vouchers !== undefined && payment !== undefined && grant === undefined)
    return vouchers.admit({ ...asker, payment }, chunk, quote)
  const unpaid = (code: string, message: string): Extract<Admission, { kind: 'payment-required' }> => {
    const demand = vouchers?.demand(chunk, quote)
    return { kind: 'payment-required', code, message, quote, demand }
  }
  if (grant === undefined || grant.fileHash !== fileHash) {
    const refused = unpaid('HELLO_REQUIRED', vouchers === undefined ? GRANT_WANTED : PAYMENT_WANTED)
    const isTooLong = vouchers !== undefined && refused.demand === undefined
    return isTooLong ? { ...refused, message: TOO_MANY_CHUNKS } : refused
  }
  const price = quotes.priceOf(grant.quoteId, fileHash, chunkIndex, grant.account.payer)
  if (price === undefined)
    return unpaid('QUOTE_EXPIRED', 'The quote of the grant does not hold any more: ask for another.')
  if (price === 0n) return free.admit(asker, chunk) // it had no price when it was quoted

  const ref = { fileHash, chunkIndex }
  const result = await grant.account.commit({ ...ref, price })
  if (result.kind === 'rejected') return unpaid(result.code, 'What was paid and credit do not cover this chunk.')
  return admitted(grant.account, ref, log)
}
