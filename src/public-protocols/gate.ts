import type { Wei } from '../domain/amount.ts'
import type { Address, ChannelId, FileHash } from '../domain/ids.ts'
import type { Quote } from '../domain/quote.ts'
import type { PresentedVoucher } from '../domain/voucher.ts'

/** Who asks for bytes over a public protocol, as far as it can be known. */
export interface Asker {
  /** Where the bytes would go: an IP address. */
  readonly address: string
  /** What the seeder gave an authenticated payer for this; absent for clients that know nothing of payment. */
  readonly grant?: string | undefined
  /** A payment that came with the request itself. */
  readonly payment?: Payment | undefined
}

export type Payment =
  /** `quoteId`: the quote at whose price the payer wants the chunks; absent: at that of now. */
  | { readonly kind: 'voucher'; readonly voucher: PresentedVoucher; readonly quoteId?: number | undefined }
  /** Well-formed, but not for this seeder. */
  | { readonly kind: 'unusable'; readonly code: string; readonly message: string }

export type Admission =
  | {
      readonly kind: 'admitted'
      /** What became of a payment that came with the request. */
      readonly paid?: PaymentTaken
      /** Decides on the other chunks of the request, where it was let in as a whole. */
      readonly further?: Gate
      /** Call once: did the whole chunk leave? What did not leave is not owed. Never rejects. */
      finished(left: boolean): Promise<void>
    }
  /** Nothing leaves before more is paid. */
  | {
      readonly kind: 'payment-required'
      readonly code: string
      readonly message: string
      readonly quote: Quote
      /** Absent where no payment with a request is taken. */
      readonly demand?: PaymentDemand | undefined
    }
  /** The file is not served to this asker at all: `NOT_FOUND`, or `RATE_LIMITED` with a time to wait. */
  | { readonly kind: 'refused'; readonly code: 'NOT_FOUND' | 'RATE_LIMITED'; readonly retryAfterMs?: number }

export interface PaymentTaken {
  readonly payer: Address
  readonly channelId: ChannelId
  /** The highest voucher of the channel that the seeder holds. */
  readonly accepted: Wei
  /** What is paid for and will be left when all that was asked for has left. */
  readonly cover: Wei
}

export interface PaymentDemand {
  /** The price of all the chunks that were asked for. */
  readonly amount: Wei
  /** What a voucher of the channel that was shown must reach. */
  readonly required?: Wei | undefined
}

/** A chunk, and how far the request goes that it is the first of. */
export interface AskedChunk {
  readonly fileHash: FileHash
  readonly chunkIndex: number
  /** Given with the first chunk of a request that asks for several: what is paid for with it is to cover them all. */
  readonly lastChunk?: number | undefined
}

/**
 * Decides chunk by chunk whether bytes may leave over a public protocol, and counts what did. The protocols serve whatever it admits and know
 * nothing of prices; it knows nothing of them.
 */
export interface Gate {
  admit(asker: Asker, chunk: AskedChunk): Promise<Admission>
}
