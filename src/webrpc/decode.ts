import { DecodeError } from '../domain/errors.ts'
import { addressOf, fileHashOf } from '../domain/ids.ts'
import { decodeChunk } from '../in-band/chunk-message.ts'
import { decodeEnd } from '../in-band/end-fields.ts'
import * as fields from '../in-band/fields.ts'
import { decodeHello } from '../in-band/hello-fields.ts'
import { decodeTerms } from '../in-band/quote-fields.ts'
import { decodeBids, decodeFiles, decodeOffset, decodeQuotes, decodeRanges, decodeSessionId } from './fields.ts'
import type { Message } from './message.ts'
import type * as wire from './messages.js'
import { MAX_OUTSTANDING_CHUNKS, MAX_WINDOW_CHUNKS } from './protocol.ts'

const { required, requestId } = fields

type Decoders = {
  readonly [Body in NonNullable<wire.Message['body']>]: (
    body: NonNullable<wire.Message[Body]>,
    ownMemory: boolean,
  ) => Message
}

/** @throws DecodeError */
export function fromWire(message: wire.Message, ownMemory: boolean): Message {
  const { body } = message
  if (body === undefined) throw new DecodeError('a frame without a known message.')
  return decodeBody(body, message, ownMemory)
}

function decodeBody<Body extends keyof Decoders>(body: Body, message: wire.Message, ownMemory: boolean): Message {
  const inner = message[body]
  if (inner === null || inner === undefined) throw new DecodeError('a frame without a known message.')
  return DECODERS[body](inner, ownMemory)
}

const DECODERS: Decoders = {
  challenge: ({ nonce, payee, maxChunks }) => {
    if (maxChunks < 1) throw new DecodeError('a payee must take at least one request.')
    return {
      type: 'challenge',
      nonce: fields.exactBytes(nonce, 32, 'a nonce'),
      payee: addressOf(payee),
      maxChunks: Math.min(maxChunks, MAX_OUTSTANDING_CHUNKS),
    }
  },
  sessionRequest: (request) => ({
    type: 'session-request',
    ...(request.sessionId.byteLength === 0 ? {} : { sessionId: decodeSessionId(request.sessionId) }),
    ...decodeHello(request),
    files: decodeFiles(request.fileHashes),
    window: chunkCountOf(request.window),
  }),
  sessionResponse: ({ sessionId, resumed, quotes, status }) => ({
    type: 'session-response',
    sessionId: decodeSessionId(sessionId),
    resumed,
    quotes: decodeQuotes(quotes),
    ...statusOf(status),
  }),
  quoteRequest: (request) => ({
    type: 'quote-request',
    requestId: requestId(request.requestId),
    files: decodeFiles(request.fileHashes),
    ...(request.bids.length === 0 ? {} : { bids: decodeBids(request) }),
  }),
  quoteResponse: (response) => ({
    type: 'quote-response',
    requestId: requestId(response.requestId),
    quotes: decodeQuotes(response.quotes),
  }),
  chunkRequest: (request) => ({
    type: 'chunk-request',
    requestId: requestId(request.requestId),
    fileHash: fileHashOf(request.fileHash),
    quoteId: request.quoteId,
    ranges: decodeRanges(request.ranges),
    wantProof: request.wantProof,
  }),
  fileRequest: (request) => {
    const [offset, length] = [decodeOffset(request.offset), decodeOffset(request.length)]
    if (length === 0 || !Number.isSafeInteger(offset + length))
      throw new DecodeError('a range of bytes must not be empty, and must end below 2^53.')
    return {
      type: 'file-request',
      requestId: requestId(request.requestId),
      fileHash: fileHashOf(request.fileHash),
      quoteId: request.quoteId,
      offset,
      length,
      wantProof: request.wantProof,
    }
  },
  chunkData: (data, ownMemory) => ({
    type: 'chunk-data',
    requestId: requestId(data.requestId),
    chunkIndex: data.chunkIndex,
    credit: fields.decodeAmount(data.credit),
    ...decodeChunk(data, ownMemory),
  }),
  fileResponse: (response, ownMemory) => ({
    type: 'file-response',
    requestId: requestId(response.requestId),
    chunkIndex: response.chunkIndex,
    credit: fields.decodeAmount(response.credit),
    isLastChunk: response.isLastChunk,
    ...(response.nextChunkHash.byteLength === 0
      ? {}
      : { nextChunkHash: fields.exactBytes(response.nextChunkHash, 32, 'a chunk hash') }),
    ...decodeChunk({ chunk: response.data, proof: response.proof }, ownMemory),
  }),
  withheld: (withheld) => ({
    type: 'withheld',
    requestId: requestId(withheld.requestId),
    ranges: decodeRanges(withheld.ranges),
    code: fields.decodeCode(withheld.code),
    ...(withheld.quote === null ? {} : { quote: decodeTerms(withheld.quote) }),
    ...statusOf(withheld.status),
  }),
  cancel: (cancel) => ({
    type: 'cancel',
    requestId: requestId(cancel.requestId),
    ranges: decodeRanges(cancel.ranges),
  }),
  grant: ({ chunks }) => ({ type: 'grant', chunks: chunkCountOf(chunks) }),
  paymentDue: ({ chunk, code, status }) => ({
    type: 'payment-due',
    chunk: fields.decodeRef(chunk),
    code: fields.decodeCode(code),
    status: fields.decodeStatus(required(status, 'a status')),
  }),
  paymentProof: (proof) => ({
    type: 'payment-proof',
    requestId: requestId(proof.requestId),
    voucher: fields.decodeVoucher(required(proof.voucher, 'a voucher')),
  }),
  paymentAck: (ack) => ({
    type: 'payment-ack',
    requestId: requestId(ack.requestId),
    vouchered: fields.decodeAmount(ack.vouchered),
    credit: fields.decodeAmount(ack.credit),
    ...(ack.code === '' ? {} : { code: fields.decodeCode(ack.code) }),
  }),
  writeOff: (writeOff) => ({
    type: 'write-off',
    requestId: requestId(writeOff.requestId),
    chunk: fields.decodeRef(writeOff.chunk),
  }),
  writeOffAck: (ack) => ({
    type: 'write-off-ack',
    requestId: requestId(ack.requestId),
    writtenOff: ack.writtenOff,
    credit: fields.decodeAmount(ack.credit),
  }),
  closeRequest: (close) => ({
    type: 'close-request',
    requestId: requestId(close.requestId),
    sessionId: decodeSessionId(close.sessionId),
    closeChannel: close.closeChannel,
    ...(close.agreement === null ? {} : { agreement: fields.decodeAgreement(close.agreement) }),
  }),
  closeAck: (ack) => ({
    type: 'close-ack',
    requestId: requestId(ack.requestId),
    ...statusOf(ack.status),
    ...decodeEnd(ack),
  }),
  error: (failure) => ({ type: 'error', ...fields.decodeError(failure) }),
}

/** 1 to the largest window. */
function chunkCountOf(count: number): number {
  if (count < 1 || count > MAX_WINDOW_CHUNKS)
    throw new DecodeError(`a window has 1 to ${MAX_WINDOW_CHUNKS} chunks, not ${count}.`)
  return count
}

function statusOf(status: wire.AccountStatus | null): { status?: ReturnType<typeof fields.decodeStatus> } {
  return status === null ? {} : { status: fields.decodeStatus(status) }
}
