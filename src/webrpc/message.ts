import type { Wei } from '../domain/amount.ts'
import type { Address, FileHash } from '../domain/ids.ts'
import type { Bid } from '../domain/quote.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { ChannelEnd } from '../in-band/channel-end.ts'
import type { ChunkSet } from '../in-band/chunk-source.ts'
import type { ChunkRange } from '../in-band/have.ts'
import type { AccountStatus, ChunkRef, HelloProof } from '../in-band/payments.ts'
import type { QuoteTerms } from '../in-band/terms.ts'

/** What a payee asks for a file and holds of it; without an offer it does not serve the file. */
export interface FileQuote {
  readonly fileHash: FileHash
  readonly offer?: { readonly terms: QuoteTerms; readonly have: ChunkSet } | undefined
}

/** A chunk as it travels. */
export interface SentChunk {
  readonly requestId: number
  readonly chunkIndex: number
  readonly credit: Wei
  readonly proof: readonly Uint8Array[]
  readonly chunk: Uint8Array
}

/** What the dialer, who pays, may send. docs/specs/07-session.md §4 */
export type PayerMessage =
  | {
      readonly type: 'session-request'
      /** 32 hex digits. */
      readonly sessionId?: string | undefined
      readonly proof?: HelloProof | undefined
      readonly files: readonly FileHash[]
      readonly window: number
    }
  | {
      readonly type: 'quote-request'
      readonly requestId: number
      readonly files: readonly FileHash[]
      /** One for each of the files. */
      readonly bids?: readonly Bid[] | undefined
    }
  | {
      readonly type: 'chunk-request'
      readonly requestId: number
      readonly fileHash: FileHash
      readonly quoteId: number
      readonly ranges: readonly ChunkRange[]
      readonly wantProof: boolean
    }
  | {
      readonly type: 'file-request'
      readonly requestId: number
      readonly fileHash: FileHash
      readonly quoteId: number
      readonly offset: number
      readonly length: number
      readonly wantProof: boolean
    }
  | { readonly type: 'cancel'; readonly requestId: number; readonly ranges: readonly ChunkRange[] }
  | { readonly type: 'grant'; readonly chunks: number }
  | { readonly type: 'payment-proof'; readonly requestId: number; readonly voucher: Voucher }
  | { readonly type: 'write-off'; readonly requestId: number; readonly chunk: ChunkRef }
  | {
      readonly type: 'close-request'
      readonly requestId: number
      readonly sessionId: string
      readonly closeChannel: boolean
      readonly agreement?: CloseAgreement | undefined
    }
  | ErrorMessage

/** What the listener, who is paid, may send. */
export type PayeeMessage =
  | {
      readonly type: 'challenge'
      readonly nonce: Uint8Array
      readonly payee: Address
      readonly maxChunks: number
    }
  | {
      readonly type: 'session-response'
      readonly sessionId: string
      readonly resumed: boolean
      readonly quotes: readonly FileQuote[]
      readonly status?: AccountStatus | undefined
    }
  | { readonly type: 'quote-response'; readonly requestId: number; readonly quotes: readonly FileQuote[] }
  | ({ readonly type: 'chunk-data' } & SentChunk)
  | ({
      readonly type: 'file-response'
      readonly isLastChunk: boolean
      readonly nextChunkHash?: Uint8Array | undefined
    } & SentChunk)
  | {
      readonly type: 'withheld'
      readonly requestId: number
      readonly ranges: readonly ChunkRange[]
      readonly code: string
      readonly quote?: QuoteTerms | undefined
      readonly status?: AccountStatus | undefined
    }
  | {
      readonly type: 'payment-due'
      readonly chunk: ChunkRef
      readonly code: string
      readonly status: AccountStatus
    }
  | {
      readonly type: 'payment-ack'
      readonly requestId: number
      readonly vouchered: Wei
      readonly credit: Wei
      /** Why the voucher was not taken. */
      readonly code?: string | undefined
    }
  | {
      readonly type: 'write-off-ack'
      readonly requestId: number
      readonly writtenOff: boolean
      readonly credit: Wei
    }
  | ({
      readonly type: 'close-ack'
      readonly requestId: number
      readonly status?: AccountStatus | undefined
    } & ChannelEnd)
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
