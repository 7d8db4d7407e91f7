import { fromHex } from '../domain/bytes.ts'
import { fileHashBytes } from '../domain/ids.ts'
import { encodeEnd } from '../in-band/end-fields.ts'
import * as fields from '../in-band/fields.ts'
import { encodeHello } from '../in-band/hello-fields.ts'
import { encodeBid, encodeTerms } from '../in-band/quote-fields.ts'
import { encodeFiles, encodeOffset, encodeQuotes, encodeSessionId } from './fields.ts'
import type { Message, PayeeMessage, PayerMessage } from './message.ts'
import type * as wire from './messages.js'

/** Without the two that carry a chunk, which codec.ts puts together without copying. */
export function toWire(message: Exclude<Message, { type: 'chunk-data' | 'file-response' }>): wire.Message.$Properties {
  switch (message.type) {
    case 'session-request':
    case 'quote-request':
    case 'chunk-request':
    case 'file-request':
    case 'cancel':
    case 'grant':
    case 'payment-proof':
    case 'write-off':
    case 'close-request':
      return payerToWire(message)
    case 'error':
      return { error: fields.encodeError(message) }
    default:
      return payeeToWire(message)
  }
}

function payerToWire(message: Exclude<PayerMessage, { type: 'error' }>): wire.Message.$Properties {
  switch (message.type) {
    case 'session-request':
      return {
        sessionRequest: {
          sessionId: encodeSessionId(message.sessionId),
          ...encodeHello(message.proof),
          fileHashes: encodeFiles(message.files),
          window: message.window,
        },
      }
    case 'quote-request':
      return {
        quoteRequest: {
          requestId: message.requestId,
          fileHashes: encodeFiles(message.files),
          ...(message.bids === undefined ? {} : { bids: message.bids.map(encodeBid) }),
        },
      }
    case 'chunk-request': {
      const { requestId, quoteId, wantProof } = message
      const fileHash = fileHashBytes(message.fileHash)
      return { chunkRequest: { requestId, fileHash, quoteId, ranges: [...message.ranges], wantProof } }
    }
    case 'file-request':
      return {
        fileRequest: {
          fileHash: fileHashBytes(message.fileHash),
          offset: encodeOffset(message.offset),
          length: encodeOffset(message.length),
          requestId: message.requestId,
          quoteId: message.quoteId,
          wantProof: message.wantProof,
        },
      }
    case 'cancel':
      return { cancel: { requestId: message.requestId, ranges: [...message.ranges] } }
    case 'grant':
      return { grant: { chunks: message.chunks } }
    case 'payment-proof':
      return { paymentProof: { requestId: message.requestId, voucher: fields.encodeVoucher(message.voucher) } }
    case 'write-off':
      return { writeOff: { requestId: message.requestId, chunk: fields.encodeRef(message.chunk) } }
    case 'close-request':
      return {
        closeRequest: {
          requestId: message.requestId,
          sessionId: encodeSessionId(message.sessionId),
          closeChannel: message.closeChannel,
          ...(message.agreement === undefined ? {} : { agreement: fields.encodeAgreement(message.agreement) }),
        },
      }
  }
}

function payeeToWire(
  message: Exclude<PayeeMessage, { type: 'error' | 'chunk-data' | 'file-response' }>,
): wire.Message.$Properties {
  switch (message.type) {
    case 'challenge':
      return { challenge: { nonce: message.nonce, payee: fromHex(message.payee), maxChunks: message.maxChunks } }
    case 'session-response':
      return {
        sessionResponse: {
          sessionId: encodeSessionId(message.sessionId),
          resumed: message.resumed,
          quotes: encodeQuotes(message.quotes),
          ...statusOf(message.status),
        },
      }
    case 'quote-response':
      return { quoteResponse: { requestId: message.requestId, quotes: encodeQuotes(message.quotes) } }
    case 'withheld':
      return {
        withheld: {
          requestId: message.requestId,
          ranges: [...message.ranges],
          code: message.code,
          ...(message.quote === undefined ? {} : { quote: encodeTerms(message.quote) }),
          ...statusOf(message.status),
        },
      }
    case 'payment-due':
      return {
        paymentDue: {
          chunk: fields.encodeRef(message.chunk),
          code: message.code,
          status: fields.encodeStatus(message.status),
        },
      }
    case 'payment-ack':
      return {
        paymentAck: {
          requestId: message.requestId,
          vouchered: fields.encodeAmount(message.vouchered),
          credit: fields.encodeAmount(message.credit),
          ...(message.code === undefined ? {} : { code: message.code }),
        },
      }
    case 'write-off-ack': {
      const { requestId, writtenOff } = message
      return { writeOffAck: { requestId, writtenOff, credit: fields.encodeAmount(message.credit) } }
    }
    case 'close-ack':
      return {
        closeAck: {
          requestId: message.requestId,
          ...statusOf(message.status),
          ...encodeEnd(message),
        },
      }
  }
}

function statusOf(status: Parameters<typeof fields.encodeStatus>[0] | undefined): {
  status?: ReturnType<typeof fields.encodeStatus>
} {
  return status === undefined ? {} : { status: fields.encodeStatus(status) }
}
