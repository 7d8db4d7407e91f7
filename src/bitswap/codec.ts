import { encode as encodeFrame } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'
import { fromHex, toHex } from '../domain/bytes.ts'
import { DecodeError } from '../domain/errors.ts'
import { addressOf, fileHashBytes, fileHashOf } from '../domain/ids.ts'
import { decodeChunk, decodeFrame, encodeChunkMessage } from '../in-band/chunk-message.ts'
import { decodeEnd, encodeEnd } from '../in-band/end-fields.ts'
import * as fields from '../in-band/fields.ts'
import { TOKEN_BYTES } from '../in-band/grants.ts'
import { decodeHello, encodeHello } from '../in-band/hello-fields.ts'
import type { MessageCodec } from '../in-band/message-codec.ts'
import { decodeBid, decodeTerms, encodeBid, encodeTerms } from '../in-band/quote-fields.ts'
import type { Message } from './message.ts'
import * as wire from './messages.js'
import { MAX_OUTSTANDING_REQUESTS, MAX_PAYEE_FRAME_BYTES, MAX_PAYER_FRAME_BYTES } from './protocol.ts'
import { decodeTarget, encodeTarget } from './target.ts'

const BLOCK_FIELD = 5

/** What the ends of a stream are given. */
export const CODEC: MessageCodec<Message> = {
  encode: encodeMessage,
  decode: decodeMessage,
  errorOf: (failure) => ({ type: 'error', ...failure }),
  maxPayerFrameBytes: MAX_PAYER_FRAME_BYTES,
  maxPayeeFrameBytes: MAX_PAYEE_FRAME_BYTES,
}

/** One frame: varint length, then the message. A chunk in it is referred to and not copied. */
export function encodeMessage(message: Message): Uint8ArrayList {
  const body = message.type === 'block' ? encodeBlock(message) : wire.Message.encode(toWire(message)).finish()
  return encodeFrame.single(body, { maxDataLength: MAX_PAYEE_FRAME_BYTES })
}

/**
 * A frame without its length. What a message keeps of it is copied out at most once: a chunk lies in memory of its own.
 * @throws DecodeError for anything that is not exactly one message within the limits
 */
export function decodeMessage(frame: Uint8ArrayList): Message {
  return decodeFrame(frame, (reader, ownMemory) => fromWire(wire.Message.decode(reader), ownMemory))
}

function encodeBlock({ requestId, credit, proof, chunk }: Message & { type: 'block' }): Uint8ArrayList {
  const head = wire.Block.encode({ requestId, credit: fields.encodeAmount(credit), proof: [...proof] }).finish()
  return encodeChunkMessage({ field: BLOCK_FIELD, head, chunk })
}

function toWire(message: Exclude<Message, { type: 'block' }>): wire.Message.$Properties {
  switch (message.type) {
    case 'payee-hello':
      return {
        payeeHello: { nonce: message.nonce, payee: fromHex(message.payee), maxOutstanding: message.maxOutstanding },
      }
    case 'payer-hello':
      return { payerHello: encodeHello(message.proof) }
    case 'hello-ack':
      return { helloAck: message.status === undefined ? {} : { status: fields.encodeStatus(message.status) } }
    case 'want':
      return {
        want: {
          requestId: message.requestId,
          chunk: fields.encodeRef(message),
          quoteId: message.quoteId,
          ...(message.voucher === undefined ? {} : { voucher: fields.encodeVoucher(message.voucher) }),
          wantProof: message.wantProof,
        },
      }
    case 'pay':
      return { pay: { requestId: message.requestId, voucher: fields.encodeVoucher(message.voucher) } }
    case 'pay-ack':
      return {
        payAck: {
          requestId: message.requestId,
          vouchered: fields.encodeAmount(message.vouchered),
          credit: fields.encodeAmount(message.credit),
        },
      }
    case 'cancel':
      return { cancel: encodeTarget(message.target) }
    case 'cancelled':
    case 'sent': {
      const settled = { ...encodeTarget(message.target), credit: fields.encodeAmount(message.credit) }
      return message.type === 'sent' ? { sent: settled } : { cancelled: settled }
    }
    case 'have':
      return { have: fields.encodeHave(message) }
    case 'dont-have':
      return { dontHave: { requestId: message.requestId } }
    case 'payment-required':
      return {
        paymentRequired: {
          requestId: message.requestId,
          code: message.code,
          ...(message.quote === undefined ? {} : { quote: encodeTerms(message.quote) }),
          ...(message.status === undefined ? {} : { status: fields.encodeStatus(message.status) }),
        },
      }
    case 'error':
      return { error: fields.encodeError(message) }
    case 'quote-request':
      return {
        quoteRequest: {
          requestId: message.requestId,
          fileHash: fileHashBytes(message.fileHash),
          ...(message.bid === undefined ? {} : { bid: encodeBid(message.bid) }),
        },
      }
    case 'quote':
      return {
        quote: {
          requestId: message.requestId,
          terms: encodeTerms(message.terms),
          have: fields.encodeHave(message.have),
        },
      }
    case 'close-channel':
      return {
        closeChannel: {
          requestId: message.requestId,
          ...(message.agreement === undefined ? {} : { agreement: fields.encodeAgreement(message.agreement) }),
        },
      }
    case 'close-ack':
      return { closeAck: { requestId: message.requestId, ...encodeEnd(message) } }
    case 'grant-request':
      return {
        grantRequest: {
          requestId: message.requestId,
          fileHash: fileHashBytes(message.fileHash),
          quoteId: message.quoteId,
        },
      }
    case 'grant':
      return {
        grant: {
          requestId: message.requestId,
          token: fromHex(message.token),
          status: fields.encodeStatus(message.status),
        },
      }
  }
}

function fromWire(message: wire.Message, ownMemory: boolean): Message {
  const { requestId, required } = fields
  switch (message.body) {
    case 'payeeHello': {
      const { nonce, payee, maxOutstanding } = required(message.payeeHello, 'a hello')
      if (maxOutstanding < 1) throw new DecodeError('a payee must take at least one request.')
      return {
        type: 'payee-hello',
        nonce: fields.exactBytes(nonce, 32, 'a nonce'),
        payee: addressOf(payee),
        maxOutstanding: Math.min(maxOutstanding, MAX_OUTSTANDING_REQUESTS),
      }
    }
    case 'payerHello':
      return { type: 'payer-hello', ...decodeHello(required(message.payerHello, 'a hello')) }
    case 'helloAck': {
      const { status } = required(message.helloAck, 'an ack')
      return { type: 'hello-ack', ...(status === null ? {} : { status: fields.decodeStatus(status) }) }
    }
    case 'want': {
      const want = required(message.want, 'a want')
      return {
        type: 'want',
        requestId: requestId(want.requestId),
        ...fields.decodeRef(want.chunk),
        quoteId: want.quoteId,
        ...(want.voucher === null ? {} : { voucher: fields.decodeVoucher(want.voucher) }),
        wantProof: want.wantProof,
      }
    }
    case 'block':
      return fromWireBlock(required(message.block, 'a block'), ownMemory)
    case 'pay': {
      const pay = required(message.pay, 'a payment')
      const voucher = fields.decodeVoucher(required(pay.voucher, 'a voucher'))
      return { type: 'pay', requestId: requestId(pay.requestId), voucher }
    }
    case 'payAck': {
      const ack = required(message.payAck, 'an ack')
      return {
        type: 'pay-ack',
        requestId: requestId(ack.requestId),
        vouchered: fields.decodeAmount(ack.vouchered),
        credit: fields.decodeAmount(ack.credit),
      }
    }
    case 'cancel':
      return { type: 'cancel', target: decodeTarget(required(message.cancel, 'a cancel')) }
    case 'cancelled':
    case 'sent': {
      const settled = required(message[message.body], 'an answer to a cancel')
      const credit = fields.decodeAmount(settled.credit)
      return { type: message.body, target: decodeTarget(settled), credit }
    }
    case 'have':
      return { type: 'have', ...fields.decodeHave(required(message.have, 'a have')) }
    case 'dontHave':
      return { type: 'dont-have', requestId: requestId(required(message.dontHave, 'an answer').requestId) }
    case 'paymentRequired': {
      const refusal = required(message.paymentRequired, 'a refusal')
      return {
        type: 'payment-required',
        requestId: requestId(refusal.requestId),
        code: fields.decodeCode(refusal.code),
        ...(refusal.quote === null ? {} : { quote: decodeTerms(refusal.quote) }),
        ...(refusal.status === null ? {} : { status: fields.decodeStatus(refusal.status) }),
      }
    }
    case 'error':
      return { type: 'error', ...fields.decodeError(required(message.error, 'an error')) }
    case 'quoteRequest': {
      const request = required(message.quoteRequest, 'a quote request')
      return {
        type: 'quote-request',
        requestId: requestId(request.requestId),
        fileHash: fileHashOf(request.fileHash),
        ...(request.bid === null ? {} : { bid: decodeBid(request.bid) }),
      }
    }
    case 'quote': {
      const quote = required(message.quote, 'a quote')
      return {
        type: 'quote',
        requestId: requestId(quote.requestId),
        terms: decodeTerms(required(quote.terms, 'the terms of a quote')),
        have: fields.decodeHave(required(quote.have, 'the chunks of a quote')),
      }
    }
    case 'closeChannel': {
      const close = required(message.closeChannel, 'a close')
      return {
        type: 'close-channel',
        requestId: requestId(close.requestId),
        ...(close.agreement === null ? {} : { agreement: fields.decodeAgreement(close.agreement) }),
      }
    }
    case 'closeAck': {
      const ack = required(message.closeAck, 'an ack')
      const end = decodeEnd(ack)
      if (end.release === undefined && end.transactionHash === undefined) throw new DecodeError('an ack names no end.')
      return { type: 'close-ack', requestId: requestId(ack.requestId), ...end }
    }
    case 'grantRequest': {
      const request = required(message.grantRequest, 'a request for a grant')
      return {
        type: 'grant-request',
        requestId: requestId(request.requestId),
        fileHash: fileHashOf(request.fileHash),
        quoteId: request.quoteId,
      }
    }
    case 'grant': {
      const grant = required(message.grant, 'a grant')
      return {
        type: 'grant',
        requestId: requestId(grant.requestId),
        token: toHex(fields.exactBytes(grant.token, TOKEN_BYTES, 'a token')),
        status: fields.decodeStatus(required(grant.status, 'the status of a grant')),
      }
    }
    default:
      throw new DecodeError('a frame without a known message.')
  }
}

function fromWireBlock(block: wire.Block, ownMemory: boolean): Message & { type: 'block' } {
  return {
    type: 'block',
    requestId: fields.requestId(block.requestId),
    credit: fields.decodeAmount(block.credit),
    ...decodeChunk(block, ownMemory),
  }
}
