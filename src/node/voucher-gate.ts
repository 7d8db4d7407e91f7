import type { Payee } from '../channel/payee.ts'
import type { PresentedAccount, PresentedResult } from '../channel/payee-presented.ts'
import { type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { codeOf, messageOf } from '../domain/errors.ts'
import type { Address } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import type { QuoteBook } from '../in-band/chunk-source.ts'
import { addressKey } from '../public-protocols/address-key.ts'
import type { Admission, AskedChunk, Asker, Gate, Payment, PaymentDemand } from '../public-protocols/gate.ts'
import type { Logger } from '../system/logger.ts'
import { admitted } from './admitted.ts'

/** Chunks that one request may pay for: 1 GiB, in which a payer would lose a lot to a seeder that takes the money and sends nothing. */
const MAX_PAID_CHUNKS = 4_096
export const TOO_MANY_CHUNKS = `At most ${MAX_PAID_CHUNKS} chunks are paid for at once: ask for less.`
/** What who looks up too many channels is told to wait. */
const LOOKUP_RETRY_MS = 2_000
/** Why a payer is not let in. */
const REFUSALS: ReadonlySet<string> = new Set([
  'VOUCHER_INVALID',
  'CHANNEL_UNKNOWN',
  'CHANNEL_CLOSING',
  'SPLIT_SUSPECTED',
  'CHAIN_UNREACHABLE',
  'PEER_BLOCKED',
])

interface Prices {
  of(chunkIndex: number): Wei
  readonly all: Wei
}
type Unpaid = (code: string, message: string, required?: Wei) => Admission

/** Sells chunks for vouchers that come with the requests themselves. */
export interface VoucherGate {
  /** What would pay for the request; `undefined` where it is too long to be paid for at once. */
  demand(chunk: AskedChunk, quote: Quote): PaymentDemand | undefined
  admit(asker: Asker & { readonly payment: Payment }, chunk: AskedChunk, quote: Quote): Promise<Admission>
}

export function createVoucherGate(parts: {
  readonly payee: Pick<Payee, 'present'>
  readonly quotes: QuoteBook
  readonly log: Logger
}): VoucherGate {
  const { payee, quotes, log } = parts

  /** What each chunk of the request costs, for as long as it lasts: all are as long as the first but the last of the file. */
  function pricesOf(chunk: AskedChunk, quoteId: number, payer?: Address): Prices | undefined {
    const { fileHash, chunkIndex, lastChunk = chunkIndex } = chunk
    const first = quotes.priceOf(quoteId, fileHash, chunkIndex, payer)
    const last = quotes.priceOf(quoteId, fileHash, lastChunk, payer)
    return first === undefined || last === undefined
      ? undefined
      : { of: (index) => (index === lastChunk ? last : first), all: wei(first * BigInt(lastChunk - chunkIndex) + last) }
  }

  function demand(chunk: AskedChunk, { quoteId }: Quote): PaymentDemand | undefined {
    const { chunkIndex, lastChunk = chunkIndex } = chunk
    const prices = lastChunk - chunkIndex < MAX_PAID_CHUNKS ? pricesOf(chunk, quoteId) : undefined
    return prices && { amount: prices.all }
  }

  /** Sells the first chunk of what is asked for, and, to the same payer within the same request, the others after it. */
  async function sell(
    account: PresentedAccount,
    asked: AskedChunk,
    prices: Prices,
    unpaid: Unpaid,
  ): Promise<Admission> {
    const { fileHash, chunkIndex, lastChunk = chunkIndex } = asked
    const chunks = { fileHash, first: chunkIndex, last: lastChunk, priceOf: prices.of }
    const result = await account.commit(chunks)
    if (result.kind === 'rejected') return unpaid(result.code, whyRejected(result), result.required)
    const { payer, channelId } = account
    const { accepted, cover } = result
    const further: Gate = { admit: (_, next) => sell(account, next, prices, unpaid) }
    const paid = { payer, channelId, accepted, cover }
    return { ...admitted(account, { fileHash, chunkIndex }, log), paid, further }
  }

  return {
    demand,
    async admit({ address, payment }, chunk, quote) {
      const wanted = demand(chunk, quote)
      const unpaid: Unpaid = (code, message, required) => {
        const { fileHash, chunkIndex } = chunk
        log.debug({ address, code, file_hash: fileHash, chunk_index: chunkIndex }, 'A payment over HTTP is refused')
        return { kind: 'payment-required', code, message, quote, demand: wanted && { ...wanted, required } }
      }
      if (wanted === undefined) return unpaid('PAYMENT_REQUIRED', TOO_MANY_CHUNKS)
      if (payment.kind === 'unusable') return unpaid(payment.code, payment.message)
      const { voucher, quoteId = quote.quoteId } = payment
      try {
        const account = await payee.present(voucher, addressKey(address))
        const prices = pricesOf(chunk, quoteId, account.payer)
        if (prices !== undefined) return await sell(account, chunk, prices, unpaid)
        await account.keep() // the voucher is good, whatever becomes of the request
        return unpaid(
          'QUOTE_EXPIRED',
          'The quote that was accepted does not hold any more: accept the one of this answer.',
        )
      } catch (error) {
        const code = codeOf(error) ?? ''
        if (code === 'RATE_LIMITED') return { kind: 'refused', code, retryAfterMs: LOOKUP_RETRY_MS }
        if (REFUSALS.has(code)) return unpaid(code, messageOf(error))
        throw error
      }
    },
  }
}

function whyRejected({ code, required = ZERO_WEI }: PresentedResult & { readonly kind: 'rejected' }): string {
  switch (code) {
    case 'VOUCHER_TOO_LOW':
      return `The voucher does not cover what was asked for: sign one of ${required} wei.`
    case 'VOUCHER_REDEEMED':
      return `The voucher stands on the chain, where anybody can read it: sign one of at least ${required} wei.`
    case 'VOUCHER_INVALID':
      return 'The voucher is not signed by the payer of its channel.'
    case 'VOUCHER_OVER_DEPOSIT':
      return 'The voucher is higher than what of the deposit counts: wait for its blocks, or top the channel up.'
    case 'VOUCHER_WRONG_CHANNEL':
      return 'The voucher is for another channel.'
    case 'CHANNEL_UNKNOWN':
      return 'The channel does not count yet, or not any more: wait for its blocks.'
    case 'CHANNEL_CLOSING':
      return 'The channel is being closed: open another.'
    case 'SPLIT_SUSPECTED':
      return 'The chain may be split: the deposit is not counted until that is over.'
    case 'RESEND_LIMIT':
      return `The chunk was sent again as often as is free: to buy it once more, sign ${required} wei.`
  }
}
