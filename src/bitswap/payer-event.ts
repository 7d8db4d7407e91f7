import type { Wei } from '../domain/amount.ts'
import type { StreamErrorCode } from '../in-band/errors.ts'
import type { Have } from '../in-band/have.ts'
import type { StreamFailure } from '../in-band/message-codec.ts'
import type { ChunkRef } from '../in-band/payments.ts'
import type { PayeeMessage } from './message.ts'

/** A request that was sent, by what answers it. */
export type PayerRequest = WantRequest | { readonly kind: 'pay' | 'quote' | 'bid' | 'close' | 'grant' }

export interface WantRequest {
  readonly kind: 'want'
  readonly chunk: ChunkRef
  readonly lengthBytes: number
  readonly price: Wei
  /** The payee has the chunk in D already: it is asked for again at no price. */
  readonly resend: boolean
}

/** What a message of the payee means for the shell. */
export type PayerEvent =
  | { readonly kind: 'challenge'; readonly hello: PayeeMessage & { type: 'payee-hello' } }
  | { readonly kind: 'opened' }
  /** `late`: the request had been cancelled, but the chunk was on its way. */
  | {
      readonly kind: 'chunk'
      readonly requestId: number
      readonly request: WantRequest
      readonly late: boolean
      readonly creditRose: boolean
      readonly block: PayeeMessage & { type: 'block' }
    }
  | {
      readonly kind: 'answered'
      readonly requestId: number
      readonly answer: PayeeMessage & { type: 'pay-ack' | 'quote' | 'close-ack' | 'grant' }
    }
  | {
      readonly kind: 'refused'
      readonly requestId: number
      readonly request: PayerRequest
      readonly late: boolean
      readonly refusal: PayeeMessage & { type: 'dont-have' | 'payment-required' | 'error' }
    }
  /** A CANCEL was answered: `requestId` if it named a request, `writeOff` if it asked for one. */
  | {
      readonly kind: 'settled'
      readonly requestId?: number
      readonly writeOff?: { readonly chunk: ChunkRef; readonly isDone: boolean }
    }
  | { readonly kind: 'have'; readonly have: Have }
  | { readonly kind: 'ended'; readonly failure: StreamFailure }
  | { readonly kind: 'violation'; readonly code: StreamErrorCode; readonly what: string }
