import type { Wei } from '../domain/amount.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { ChannelEnd } from '../in-band/channel-end.ts'
import type { GrantTerms } from '../in-band/grants.ts'
import type { Have } from '../in-band/have.ts'
import type { AccountStatus, ChunkRef, HelloProof } from '../in-band/payments.ts'
import type { QuoteTerms } from '../in-band/terms.ts'

/** What a CANCEL is about, and its answer: a request, or a delivered chunk the payer had from elsewhere. */
export type CancelTarget =
  | { readonly kind: 'request'; readonly requestId: number }
  | { readonly kind: 'already-have'; readonly chunk: ChunkRef }

/** What the dialer, who pays, may send. docs/specs/03-chunk-exchange.md §4 */
export type PayerMessage =
  | { readonly type: 'payer-hello'; readonly proof?: HelloProof | undefined }
  | ({
      readonly type: 'want'
      readonly requestId: number
      readonly quoteId: number
      readonly voucher?: Voucher | undefined
      readonly wantProof: boolean
    } & ChunkRef)
  | { readonly type: 'pay'; readonly requestId: number; readonly voucher: Voucher }
  | { readonly type: 'cancel'; readonly target: CancelTarget }
  | {
      readonly type: 'quote-request'
      readonly requestId: number
      readonly fileHash: FileHash
      readonly bid?: Bid | undefined
    }
  | {
      readonly type: 'close-channel'
      readonly requestId: number
      readonly agreement?: CloseAgreement | undefined
    }
  | ({ readonly type: 'grant-request'; readonly requestId: number } & GrantTerms)
  | ErrorMessage

/** What the listener, who is paid, may send. */
export type PayeeMessage =
  | {
      readonly type: 'payee-hello'
      readonly nonce: Uint8Array
      readonly payee: Address
      readonly maxOutstanding: number
    }
  | { readonly type: 'hello-ack'; readonly status?: AccountStatus | undefined }
  | {
      readonly type: 'block'
      readonly requestId: number
      readonly credit: Wei
      readonly proof: readonly Uint8Array[]
      readonly chunk: Uint8Array
    }
  | { readonly type: 'pay-ack'; readonly requestId: number; readonly vouchered: Wei; readonly credit: Wei }
  | { readonly type: 'cancelled' | 'sent'; readonly target: CancelTarget; readonly credit: Wei }
  | ({ readonly type: 'have' } & Have)
  | { readonly type: 'dont-have'; readonly requestId: number }
  | {
      readonly type: 'payment-required'
      readonly requestId: number
      readonly code: string
      readonly quote?: QuoteTerms | undefined
      readonly status?: AccountStatus | undefined
    }
  | { readonly type: 'quote'; readonly requestId: number; readonly terms: QuoteTerms; readonly have: Have }
  | ({ readonly type: 'close-ack'; readonly requestId: number } & ChannelEnd)
  | { readonly type: 'grant'; readonly requestId: number; readonly token: string; readonly status: AccountStatus }
  | ErrorMessage

export interface ErrorMessage {
  readonly type: 'error'
  /** Absent when the stream ends with it. */
  readonly requestId?: number | undefined
  readonly code: string
  /** Of `TRANSFER_UNCONFIRMED`. */
  readonly blocksLeft?: number | undefined
}

export type Message = PayerMessage | PayeeMessage
